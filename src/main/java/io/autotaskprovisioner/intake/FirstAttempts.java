package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.journal.RequestStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * Tells when every request of a batch that is due has been tried once. Goes over waiting requests
 * in order and remembers how far, so that all looks together read each of them once. Not
 * thread-safe.
 */
final class FirstAttempts {

  private static final int PAGE = 500;

  /** More than any worker has under way at once; a look that meets so many asks again later. */
  private static final int MAX_RUNNING = 5_000;

  private final Journal journal;
  private final Clock clock;
  private final long batchId;
  private long triedUpTo;
  private boolean over;

  FirstAttempts(Journal journal, Clock clock, long batchId) {
    this.journal = journal;
    this.clock = clock;
    this.batchId = batchId;
  }

  /** Whether none is left that is due and was not tried. Once true, stays true. */
  boolean areOver(Batch batch) {
    if (!over && batch.status() != BatchStatus.READING) {
      over = batch.waiting() == 0 || (waitingWereTried() && runningWereTried());
    }
    return over;
  }

  private boolean waitingWereTried() {
    JournalFilter waiting = JournalFilter.ofBatch(batchId, RequestStatus.WAITING);
    Instant now = clock.instant();
    List<JournalEntry> page;
    do {
      page = journal.list(waiting, triedUpTo, PAGE);
      for (JournalEntry entry : page) {
        if (entry.attempts() == 0 && !entry.nextAttemptAt().isAfter(now)) {
          return false;
        }
        triedUpTo = entry.id();
      }
    } while (page.size() == PAGE);
    return true;
  }

  private boolean runningWereTried() {
    List<JournalEntry> running =
        journal.list(JournalFilter.ofBatch(batchId, RequestStatus.RUNNING), 0, MAX_RUNNING);
    return running.size() < MAX_RUNNING && running.stream().allMatch(entry -> entry.attempts() > 1);
  }
}
