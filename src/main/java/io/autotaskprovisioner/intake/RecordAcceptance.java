package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.JournalRecord;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.camel.Body;

/** The step behind {@code direct:accept-requests}: puts records into the journal. Thread-safe. */
public final class RecordAcceptance {

  private final Journal journal;

  RecordAcceptance(Journal journal) {
    this.journal = journal;
  }

  /**
   * Returns after the commit. Blocks, so that the door's own thread goes on with the route: the
   * journal completes on a database thread, which must not be kept.
   *
   * @throws io.autotaskprovisioner.storage.StorageException if the journal did not take them; the
   *     same records may be handed in again
   */
  public Journal.Acceptance accept(@Body List<JournalRecord> records) {
    try {
      return journal.accept(records).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
