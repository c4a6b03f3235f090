package io.autotaskprovisioner.movein;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.movein.ImportState.ItemFailure;
import io.autotaskprovisioner.movein.ImportState.Status;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Imports as administrators begin, watch and end them. Thread-safe; waits for the database, so it
 * may not be called on an event loop.
 */
public final class Imports {

  /** Our choice: what one transaction stores while everybody else's writes wait. */
  public static final int MAX_INSTANCES = 10_000;

  /** Our choice: how long an ended import can be looked at. */
  private static final Duration REMEMBERED = Duration.ofDays(90);

  private static final int MAX_FAILURES = 500;
  private static final int BATCH = 500;

  private static final String INSERT_JOB =
      """
      insert into import_job
        (id, account_id, requested_by, status, items, next_attempt_at, created_at)
      values (?, ?, ?, 'PROVING', ?, ?, ?)
      """;

  private static final String INSERT_ITEM =
      """
      insert into import_item
        (job_id, place, instance_id, name, status, sealed_instance, next_attempt_at)
      values (?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String FIND = "select * from import_job where id = ?";

  private static final String LATEST = "select id from import_job order by id desc limit ?";

  private static final String COUNTS =
      "select status, count(*) from import_item where job_id = ? group by status";

  private static final String FAILURES =
      """
      select place, instance_id, name, status, failure_class, failure_message, provider_message
      from import_item
      where job_id = ? and failure_class is not null and status in ('WAITING', 'FAILED')
      order by place limit ?
      """;

  private static final String CANCEL =
      """
      update import_job set status = 'CANCELLED', finished_at = ?, lease_until = null
      where id = ? and status = 'PROVING'
      """;

  /** Items forgotten in one commit. */
  static final int PIECE = 1_000;

  private static final String OLD_ITEMS =
      """
      delete from import_item where (job_id, place) in (
        select i.job_id, i.place from import_item i join import_job j on j.id = i.job_id
        where j.finished_at < ? limit %d)
      """
          .formatted(PIECE);

  /** One whose items are not all forgotten stays for the next time. */
  private static final String OLD_JOBS =
      """
      delete from import_job where finished_at < ?
        and not exists (select 1 from import_item where job_id = import_job.id)
      """;

  private final Database database;
  private final Instances instances;
  private final ImportChecker checker;
  private final ImportRows rows;
  private final Clock clock;

  Imports(
      Database database, Instances instances, ImportChecker checker, ImportRows rows, Clock clock) {
    this.database = database;
    this.instances = instances;
    this.checker = checker;
    this.rows = rows;
    this.clock = clock;
  }

  /**
   * Looks at what was sent, changing nothing.
   *
   * @param given the instances as the hosted service showed them, an array
   * @param credentials an array
   * @param accountId who shall own them
   * @param skipOthers whether instances of elements that are not known are left out
   */
  public ImportCheck check(
      JsonNode given, JsonNode credentials, long accountId, boolean skipOthers) {
    return checker.check(given, credentials, accountId, skipOthers);
  }

  /**
   * Begins the import of what is fit. It goes on by itself, whatever process dies.
   *
   * @param check without problems
   * @param requestedBy the administrator's account
   */
  public ImportState begin(ImportCheck check, long requestedBy) {
    long jobId = database.nextId(Sequence.IMPORT);
    Instant now = clock.instant();
    List<ImportedInstance> fit = withIds(check);
    forgetOld(now);
    database.transaction(
        connection -> {
          insertJob(connection, jobId, check, requestedBy, now);
          insertItems(connection, jobId, fit, "WAITING", now);
          insertItems(connection, jobId, check.present(), "PRESENT", now);
          return null;
        });
    return find(jobId).orElseThrow();
  }

  public Optional<ImportState> find(long jobId) {
    return database.query(connection -> find(connection, jobId));
  }

  /** The latest ones, newest first. */
  public List<ImportState> latest(int limit) {
    return database.query(
        connection -> {
          List<ImportState> latest = new ArrayList<>();
          try (PreparedStatement select = connection.prepareStatement(LATEST)) {
            select.setInt(1, limit);
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                find(connection, row.getLong(1)).ifPresent(latest::add);
              }
            }
          }
          return latest;
        });
  }

  /** Ends one that is not done, so that nothing of it is stored; empty where there is none. */
  public Optional<ImportState> cancel(long jobId) {
    return database.transaction(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(CANCEL)) {
            update.setObject(1, ImportRows.utc(clock.instant()));
            update.setLong(2, jobId);
            if (update.executeUpdate() == 1) {
              ImportRows.wipe(connection, jobId);
            }
          }
          return find(connection, jobId);
        });
  }

  /** Those without an id get one that nobody has, here or in the file. */
  private List<ImportedInstance> withIds(ImportCheck check) {
    Set<Long> taken =
        check.fit().stream()
            .map(ImportedInstance::id)
            .collect(Collectors.toCollection(HashSet::new));
    return check.fit().stream()
        .map(
            instance -> {
              Long id = instance.id();
              while (id == null) {
                long drawn = database.nextId(Sequence.INSTANCE);
                boolean free =
                    !taken.contains(drawn)
                        && database.query(c -> instances.bearersOfIds(c, List.of(drawn))).isEmpty();
                id = free ? drawn : null;
              }
              return instance.withId(id);
            })
        .toList();
  }

  private static void insertJob(
      Connection connection, long jobId, ImportCheck check, long requestedBy, Instant now)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_JOB)) {
      insert.setLong(1, jobId);
      insert.setLong(2, check.accountId());
      insert.setLong(3, requestedBy);
      insert.setInt(4, check.fitCount() + check.presentCount());
      insert.setObject(5, ImportRows.utc(now));
      insert.setObject(6, ImportRows.utc(now));
      insert.executeUpdate();
    }
  }

  private void insertItems(
      Connection connection, long jobId, List<ImportedInstance> items, String status, Instant now)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_ITEM)) {
      int waiting = 0;
      for (ImportedInstance item : items) {
        insert.setLong(1, jobId);
        insert.setInt(2, item.place());
        insert.setLong(3, item.id());
        insert.setString(4, item.request().name());
        insert.setString(5, status);
        insert.setBytes(6, status.equals("WAITING") ? rows.sealed(jobId, item) : null);
        insert.setObject(7, ImportRows.utc(now));
        insert.addBatch();
        waiting++;
        if (waiting % BATCH == 0) {
          insert.executeBatch();
        }
      }
      if (waiting % BATCH != 0) {
        insert.executeBatch();
      }
    }
  }

  private void forgetOld(Instant now) {
    Object before = ImportRows.utc(now.minus(REMEMBERED));
    int items;
    do {
      items = database.transaction(connection -> delete(connection, OLD_ITEMS, before));
    } while (items == PIECE);
    database.transaction(connection -> delete(connection, OLD_JOBS, before));
  }

  private static int delete(Connection connection, String sql, Object before) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setObject(1, before);
      return delete.executeUpdate();
    }
  }

  private static Optional<ImportState> find(Connection connection, long jobId) throws SQLException {
    int[] counts = counts(connection, jobId);
    List<ItemFailure> failures = failures(connection, jobId);
    try (PreparedStatement select = connection.prepareStatement(FIND)) {
      select.setLong(1, jobId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        OffsetDateTime finishedAt = row.getObject("finished_at", OffsetDateTime.class);
        return Optional.of(
            new ImportState(
                jobId,
                row.getLong("account_id"),
                Status.valueOf(row.getString("status")),
                row.getInt("items"),
                counts[0],
                counts[1],
                counts[2],
                counts[3],
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                finishedAt == null ? null : finishedAt.toInstant(),
                failures));
      }
    }
  }

  /** Waiting, proven, present, failed. */
  private static int[] counts(Connection connection, long jobId) throws SQLException {
    List<String> order = Stream.of("WAITING", "PROVEN", "PRESENT", "FAILED").toList();
    int[] counts = new int[order.size()];
    try (PreparedStatement select = connection.prepareStatement(COUNTS)) {
      select.setLong(1, jobId);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          counts[order.indexOf(row.getString(1))] = row.getInt(2);
        }
      }
    }
    return counts;
  }

  private static List<ItemFailure> failures(Connection connection, long jobId) throws SQLException {
    List<ItemFailure> failures = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(FAILURES)) {
      select.setLong(1, jobId);
      select.setInt(2, MAX_FAILURES);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          failures.add(
              new ItemFailure(
                  row.getInt("place"),
                  row.getLong("instance_id"),
                  row.getString("name"),
                  row.getString("failure_class"),
                  row.getString("failure_message"),
                  row.getString("provider_message"),
                  row.getString("status").equals("WAITING")));
        }
      }
    }
    return failures;
  }
}
