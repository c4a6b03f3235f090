package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.provisioning.Reverification;
import io.autotaskprovisioner.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * The steps of the route that verifies every enabled instance again. Thread-safe; it blocks, on the
 * threads of the scheduler.
 *
 * <p>Instances are read page by page in the order of their ids, and the last one done is noted with
 * each page: memory does not grow with their number, and after a crash at most a page is verified
 * twice, which changes nothing.
 */
final class ScheduledVerification {

  private static final int PAGE = 100;
  private static final Duration LONGEST_LOOK = Duration.ofMillis(200);

  private final Database database;
  private final Instances instances;
  private final Reverification reverification;
  private final ScheduleRuns runs;
  private final RunControl control;
  private final RunPause pause;
  private final Clock clock;
  private final Duration spread;
  private final int concurrency;

  /**
   * @param spread over this time the verifications of a run are spread evenly; zero is as fast as
   *     the call budget allows
   * @param concurrency verifications at once
   */
  ScheduledVerification(
      Database database,
      Instances instances,
      Reverification reverification,
      ScheduleRuns runs,
      RunControl control,
      RunPause pause,
      Clock clock,
      Duration spread,
      int concurrency) {
    this.database = database;
    this.instances = instances;
    this.reverification = reverification;
    this.runs = runs;
    this.control = control;
    this.pause = pause;
    this.clock = clock;
    this.spread = spread;
    this.concurrency = concurrency;
  }

  /** Begins, or goes on with, a run; null where there is nothing to go on with. */
  public @Nullable VerificationRun begin(@Header("triggerGroup") String triggerGroup) {
    ScheduleRun run = control.begin(Schedules.VERIFY, triggerGroup);
    if (run == null) {
      return null;
    }
    Long total =
        pause.whenStored("The verification", () -> database.query(instances::countEnabled));
    return total == null ? null : new VerificationRun(run, total);
  }

  /** Verifies page after page, until the last one or the end of the program. */
  public void verify(@Body @Nullable VerificationRun run) {
    boolean more = run != null;
    while (more && !pause.isStopping() && !run.isLost()) {
      List<Instance> page =
          pause.whenStored(
              "The verification",
              () ->
                  database.query(
                      connection -> instances.enabledBehind(connection, run.position(), PAGE)));
      more = page != null && !page.isEmpty();
      if (more) {
        verifyPage(run, page);
        Boolean kept =
            pause.whenStored("The verification", () -> runs.progress(run.run(), run.counts()));
        if (Boolean.FALSE.equals(kept)) {
          run.lose();
        }
      }
    }
  }

  private void verifyPage(VerificationRun run, List<Instance> page) {
    Semaphore places = new Semaphore(concurrency);
    long done = run.counts().checked();
    for (Instance instance : page) {
      awaitTurn(run, done++);
      if (pause.isStopping()) {
        break;
      }
      places.acquireUninterruptibly();
      reverification
          .verify(instance)
          .whenComplete(
              (verdict, never) -> {
                run.add(verdict);
                places.release();
              });
      run.reached(instance.id());
    }
    places.acquireUninterruptibly(concurrency);
  }

  /** The place of the instance in the spread, counted from the beginning of the run. */
  private void awaitTurn(VerificationRun run, long place) {
    if (run.total() == 0 || place >= run.total()) {
      return;
    }
    Instant turn = run.run().startedAt().plus(spread.multipliedBy(place).dividedBy(run.total()));
    Duration left = Duration.between(clock.instant(), turn);
    while (left.compareTo(Duration.ZERO) > 0 && !pause.isStopping()) {
      // In short steps, since the clock may be set.
      pause.await(left.compareTo(LONGEST_LOOK) < 0 ? left : LONGEST_LOOK);
      left = Duration.between(clock.instant(), turn);
    }
  }

  /** Ends the run, unless the program ends first. */
  public void end(@Body @Nullable VerificationRun run) {
    if (run == null) {
      return;
    }
    if (run.isLost()) {
      control.giveUp(run.run());
    } else if (pause.isStopping()) {
      control.interrupt(run.run());
    } else {
      control.end(run.run(), 0, null);
    }
  }
}
