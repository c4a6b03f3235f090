package io.autotaskprovisioner.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One run of a schedule at one moment.
 *
 * @param fence changes whenever somebody else goes on with the run; writes with an old one fail
 * @param message why it is incomplete
 * @param endedAt null while it is under way
 * @param files what a run of the batch schedule took; all zero for others
 * @param checks what a run of the verification found; all zero for others
 */
public record ScheduleRun(
    long id,
    String schedule,
    RunCause cause,
    RunOutcome outcome,
    long fence,
    @Nullable String message,
    Instant startedAt,
    @Nullable Instant endedAt,
    FileCounts files,
    CheckCounts checks) {

  /**
   * The batches of a run as they stand now: they go on being worked on after the run.
   *
   * @param taken files that were opened
   * @param refused of these, files that could not be read to their end
   * @param left files that stayed in the folder for the next run
   * @param rows records that are in the journal
   * @param waiting of these, records that are not finished
   */
  public record FileCounts(
      long taken,
      long refused,
      long left,
      long rows,
      long waiting,
      long succeeded,
      long failed,
      long duplicate) {}

  /**
   * @param total instances there were when it began
   * @param position the id of the last instance that is done
   * @param checked instances that are done
   * @param invalidated of these, instances whose login was rejected for the first time
   * @param validated instances whose login is accepted again
   * @param invalid instances whose login was rejected
   * @param undecided instances of which nothing was learnt, and nothing was changed
   */
  public record CheckCounts(
      long total,
      long position,
      long checked,
      long invalidated,
      long validated,
      long invalid,
      long undecided) {}
}
