package io.autotaskprovisioner.storage;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a process that has lost what it cannot do without, so that its service manager starts
 * it again. Thread-safe.
 */
public final class ProcessEnd {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

  /** EX_IOERR of sysexits.h. */
  private static final int EXIT_STATUS = 74;

  /** Our choice: by then all connections were told; after it the end is that of a kill. */
  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private static final AtomicBoolean ENDING = new AtomicBoolean();

  private ProcessEnd() {}

  /**
   * Ends the process with status 74; returns at once, since the end waits for threads that may have
   * called this. What is under way cannot end without what was lost, so that an orderly end would
   * only wait for it.
   *
   * @param why a sentence without its full stop
   */
  public static void because(String why) {
    if (!ENDING.compareAndSet(false, true)) {
      return;
    }
    LOG.error("{}; the process ends, so that it can be started again", why);
    new Thread(() -> System.exit(EXIT_STATUS), "process-end").start();
    Thread limit =
        new Thread(
            () -> {
              LockSupport.parkNanos(LONGEST_END.toNanos());
              Runtime.getRuntime().halt(EXIT_STATUS);
            },
            "process-end-limit");
    limit.setDaemon(true);
    limit.start();
  }
}
