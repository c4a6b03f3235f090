package io.autotaskprovisioner.storage;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on the database that is done again and again, on a thread of its own that nobody interrupts.
 * What fails is done at the next time, and is told once.
 */
public final class RepeatedWork extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(RepeatedWork.class);

  private final String name;
  private final Duration interval;
  private final Runnable work;
  private final ScheduledExecutorService executor;
  private boolean failing;

  /**
   * @param name of the thread and in the log
   * @param interval from the end of the work to its next beginning, and before the first
   */
  public RepeatedWork(String name, Duration interval, Runnable work) {
    this.name = name;
    this.interval = interval;
    this.work = work;
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  protected void doStart() {
    executor.scheduleWithFixedDelay(
        this::run, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  protected void doStop() {
    // Not shutdownNow: an interrupt inside JDBC may close an H2 database for everybody.
    executor.shutdown();
  }

  private void run() {
    try {
      work.run();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.warn(
            "The work {} failed and is tried again every {} s: {}",
            name,
            Math.max(1, interval.toSeconds()),
            e.getMessage(),
            e instanceof StorageException ? null : e);
      }
    }
  }
}
