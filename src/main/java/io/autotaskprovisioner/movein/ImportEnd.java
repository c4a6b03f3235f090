package io.autotaskprovisioner.movein;

import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.movein.ImportRows.Claim;
import io.autotaskprovisioner.movein.ImportRows.Item;
import io.autotaskprovisioner.movein.ImportState.Status;
import io.autotaskprovisioner.provisioning.InstanceImport;
import io.autotaskprovisioner.provisioning.InstanceImport.Prepared;
import io.autotaskprovisioner.provisioning.ProvenInstance;
import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an import of which no login waits any more: stores all its instances with their events in
 * the transaction that ends it, or, where one was not accepted or cannot be stored, none. Waits for
 * the database. Thread-safe.
 */
final class ImportEnd {

  private static final Logger LOG = LoggerFactory.getLogger(ImportEnd.class);

  /** Ends the transaction, so that nothing of it is stored. */
  private static final class TakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Item item;

    TakenException(Item item) {
      super("Taken", null, false, false);
      this.item = item;
    }
  }

  private static final Instant FOREVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final Duration LEASE = Duration.ofMinutes(2);

  private final Database database;
  private final ImportRows rows;
  private final InstanceReader reader;
  private final InstanceImport storing;
  private final Clock clock;

  ImportEnd(
      Database database,
      ImportRows rows,
      InstanceReader reader,
      InstanceImport storing,
      Clock clock) {
    this.database = database;
    this.rows = rows;
    this.reader = reader;
    this.storing = storing;
    this.clock = clock;
  }

  /** Ends the import, unless it is another process's or was ended by somebody meanwhile. */
  void conclude(Claim claim) {
    if (database.transaction(connection -> rows.anyFailed(connection, claim))) {
      fail(claim);
      return;
    }
    List<Item> items =
        database.transaction(
            connection -> rows.items(connection, claim, true, FOREVER, Imports.MAX_INSTANCES));
    List<Prepared> prepared = items.stream().map(item -> prepared(claim, item)).toList();
    try {
      if (database.write(connection -> store(connection, claim, items, prepared)).join()) {
        storing.wake();
        LOG.info(
            "Import {} has stored {} instances for account {}",
            claim.jobId(),
            items.size(),
            claim.accountId());
      }
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof TakenException taken)) {
        throw e;
      }
      noteTaken(claim, taken.item);
      fail(claim);
    }
  }

  /** May run twice: the second time finds the import ended by this claim, or nothing of it. */
  private boolean store(
      Connection connection, Claim claim, List<Item> items, List<Prepared> prepared)
      throws SQLException {
    if (!rows.end(connection, claim, Status.IMPORTED, clock.instant())) {
      return rows.isEndedBy(connection, claim, Status.IMPORTED);
    }
    for (int i = 0; i < prepared.size(); i++) {
      if (!storing.store(connection, prepared.get(i))) {
        throw new TakenException(items.get(i));
      }
    }
    return true;
  }

  private Prepared prepared(Claim claim, Item item) {
    try {
      ImportedInstance instance = reader.again(item.instance(), item.place(), claim.accountId());
      Instant createdAt = instance.createdAt();
      return storing.prepare(
          new ProvenInstance(
              item.instanceId(),
              instance.token(),
              createdAt == null ? clock.instant() : createdAt,
              instance.disabled(),
              instance.traceLoggingEnabled(),
              instance.request(),
              Objects.requireNonNull(item.tenant())));
    } catch (InstanceReader.UnfitException e) {
      throw new IllegalStateException(
          "Number %d of import %d was fit to be proven and is not fit to be stored"
              .formatted(item.place(), claim.jobId()),
          e);
    }
  }

  private void noteTaken(Claim claim, Item item) {
    Failure failure =
        Failure.of(
            FailureClass.INVALID_REQUEST,
            "Its id or its token has become another instance's since the import began: send the"
                + " import again, and it tells which.");
    database
        .write(
            connection -> {
              if (rows.keep(connection, claim, LEASE)) {
                rows.failed(connection, claim, item, failure, clock.instant());
              }
              return null;
            })
        .join();
  }

  private void fail(Claim claim) {
    boolean ended =
        database
            .write(connection -> rows.end(connection, claim, Status.FAILED, clock.instant()))
            .join();
    if (ended) {
      LOG.info("Import {} has failed, and nothing of it is stored", claim.jobId());
    }
  }
}
