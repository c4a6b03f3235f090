package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.intake.FileSteps;
import io.autotaskprovisioner.intake.ScheduledFolder;
import io.autotaskprovisioner.journal.Batch;
import java.io.File;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * The steps of the route that takes the files of the scheduled folder. Thread-safe.
 *
 * <p>One batch per file. What is read when a crash comes goes on at its recorded position, since
 * the file is still there and its batch still being read.
 */
final class ScheduledBatch {

  /** The exchange property that holds the {@link BatchRun}. */
  static final String RUN = "batchRun";

  private final ScheduledFolder folder;
  private final ScheduleRuns runs;
  private final RunControl control;
  private final RunPause pause;

  ScheduledBatch(ScheduledFolder folder, ScheduleRuns runs, RunControl control, RunPause pause) {
    this.folder = folder;
    this.runs = runs;
    this.control = control;
    this.pause = pause;
  }

  /** Begins, or goes on with, a run. */
  public void begin(@Header("triggerGroup") String triggerGroup, Exchange exchange)
      throws IOException {
    ScheduleRun run = control.begin(Schedules.BATCH, triggerGroup);
    if (run != null) {
      exchange.setProperty(RUN, new BatchRun(run, folder, folder.files(), pause));
    }
  }

  /** Waits until a further file may be read; false where there is none. */
  public boolean hasNext(@ExchangeProperty(RUN) @Nullable BatchRun batchRun) {
    return batchRun != null && batchRun.hasNext();
  }

  /** The file that {@link #hasNext} has found; its batch will be counted to the run. */
  public File next(@ExchangeProperty(RUN) BatchRun batchRun, Exchange exchange) {
    Consumer<Batch> join = batch -> join(batchRun, batch);
    exchange.setProperty(FileSteps.BATCH_OPENED, join);
    return batchRun.next();
  }

  private void join(BatchRun batchRun, Batch batch) {
    if (!runs.join(batchRun.run(), batch.id())) {
      batchRun.lose();
      throw new IllegalStateException("The run is another process's by now");
    }
    batchRun.opened();
  }

  /** The file has left the folder, or has to stay. */
  public void fileEnded(@ExchangeProperty(RUN) BatchRun batchRun, Exchange exchange) {
    batchRun.ended(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
    // The next file goes through with the same exchange.
    exchange.removeProperty(Exchange.EXCEPTION_CAUGHT);
  }

  /** Ends the run, unless the program ends first. */
  public void end(@ExchangeProperty(RUN) @Nullable BatchRun batchRun) {
    if (batchRun == null) {
      return;
    }
    ScheduleRun run = batchRun.run();
    if (batchRun.isLost()) {
      control.giveUp(run);
    } else if (pause.isStopping()) {
      control.interrupt(run);
    } else {
      long left = batchRun.left();
      control.end(
          run,
          left,
          left == 0
              ? null
              : "%d files stay in the folder for the next run; the log says why.".formatted(left));
    }
  }
}
