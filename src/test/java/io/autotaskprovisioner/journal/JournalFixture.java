package io.autotaskprovisioner.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A journal on a given database with a clock that tests move, and records to feed it with. */
public final class JournalFixture {

  static final Duration LEASE = Duration.ofMinutes(2);
  static final long ACCOUNT = 1;
  static final long OTHER_ACCOUNT = 2;

  final Database database;
  final MutableClock clock = MutableClock.standing();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Journal journal;
  final Batches batches;
  final FileLeases leases;
  private final Map<String, FileLease> held = new HashMap<>();

  JournalFixture(Database database, KeyRing keyRing) {
    this.database = database;
    journal =
        JournalBeans.journal(
            database,
            clock,
            keyRing,
            new ElementCatalogue(new ObjectMapper()),
            new RetryPolicy(
                Duration.ofSeconds(5), Duration.ofMinutes(15), Duration.ofHours(24), new Random(7)),
            new RequestOutcomes(meters));
    batches = new JdbcBatches(database, clock);
    leases = new FileLeases(database, "node", Duration.ofMinutes(2));
    insertAccount(ACCOUNT);
    insertAccount(OTHER_ACCOUNT);
  }

  Batch open(String name) {
    return batches.open(
        new Batches.NewBatch(
            ACCOUNT, Door.FILE, name, name, "checksum of " + name, 10, "CSV", "inbox", "results"),
        leaseOf(name));
  }

  /** The lease of the file, which this process has or gets now. */
  FileLease leaseOf(String name) {
    return held.computeIfAbsent(name, file -> leases.claim("inbox", file).orElseThrow());
  }

  /** Every record of the batch's file is in the journal, or what could be read of it. */
  void end(Batch batch, @Nullable String error) {
    batches.readingEnded(batch.id(), leaseOf(batch.name()), error);
  }

  /** A request for the user with this password. */
  static ProvisioningRequest request(
      long accountId, @Nullable String requestId, String user, String password) {
    Map<String, @Nullable String> configuration = new LinkedHashMap<>();
    configuration.put("finance.autotask.username", user);
    configuration.put("finance.autotask.password", password);
    configuration.put("finance.autotask.server.url", "https://ww2.autotask.net");
    return new ProvisioningRequest(
        accountId,
        requestId,
        "autotaskfinance",
        "Autotask of " + user,
        null,
        configuration,
        ProvisioningRequest.NO_EXTERNAL_AUTHENTICATION,
        null);
  }

  static JournalRecord row(Batch batch, long number, ProvisioningRequest request) {
    return new JournalRecord(
        batch.accountId(),
        Door.FILE,
        batch.id(),
        number,
        batch.name() + ":" + number,
        null,
        request,
        null,
        null);
  }

  static JournalRecord message(String messageId, ProvisioningRequest request) {
    return new JournalRecord(
        request.accountId(),
        Door.QUEUE,
        null,
        1L,
        messageId,
        messageId + ":0",
        request,
        null,
        null);
  }

  /** Rows 1 to {@code count} of different users. */
  static List<JournalRecord> rows(Batch batch, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            i -> row(batch, i, request(ACCOUNT, null, batch.name() + "-user-" + i, "secret-" + i)))
        .toList();
  }

  Journal.Acceptance accept(JournalRecord... records) {
    return journal.accept(List.of(records)).join();
  }

  Journal.Acceptance acceptAll(List<JournalRecord> records, int chunk) {
    int waiting = 0;
    int duplicate = 0;
    int failed = 0;
    for (int from = 0; from < records.size(); from += chunk) {
      Journal.Acceptance part =
          journal.accept(records.subList(from, Math.min(records.size(), from + chunk))).join();
      waiting += part.waiting();
      duplicate += part.duplicate();
      failed += part.failed();
    }
    return new Journal.Acceptance(waiting, duplicate, failed);
  }

  List<ClaimedRequest> claim(int limit) {
    return journal.claim(limit, LEASE);
  }

  boolean succeed(ClaimedRequest claim, long instanceId) {
    return database.transaction(connection -> journal.succeed(connection, claim, instanceId));
  }

  void fail(ClaimedRequest claim, FailureClass failureClass) {
    journal.fail(claim, Failure.of(failureClass, "It went wrong"), true).join();
  }

  List<JournalEntry> entries(Journal.JournalFilter filter) {
    List<JournalEntry> entries = new ArrayList<>();
    journal.forEach(filter, entries::add);
    return entries;
  }

  List<JournalEntry> entries(RequestStatus status) {
    return entries(new Journal.JournalFilter(null, null, null, status, null));
  }

  JournalEntry entry(long id) {
    return entries(new Journal.JournalFilter(null, null, id, null, null)).get(0);
  }

  /** Lets the leases of all claims end, on the database's clock. */
  void expireLeases() {
    update(
        "update provisioning_request set lease_until = ? where status = 'RUNNING'",
        OffsetDateTime.of(2001, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
  }

  int update(String sql, Object... parameters) {
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
              statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
          }
        });
  }

  long number(String sql, Object... parameters) {
    return database.transaction(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
              statement.setObject(i + 1, parameters[i]);
            }
            try (var row = statement.executeQuery()) {
              row.next();
              return row.getLong(1);
            }
          }
        });
  }

  private void insertAccount(long id) {
    update(
        """
        insert into account (id, email, first_name, last_name, role, user_secret_hash,
          organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
        values (?, 'a@example.com', 'A', 'B', 'admin', ?, ?, ?, ?, current_timestamp)
        on conflict do nothing
        """,
        id,
        new byte[] {(byte) id},
        new byte[] {1},
        new byte[] {1},
        new byte[] {1});
  }
}
