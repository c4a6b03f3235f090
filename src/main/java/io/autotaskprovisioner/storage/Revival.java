package io.autotaskprovisioner.storage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when the embedded database has closed itself (disk full, broken file): it is opened
 * again, and if that fails or does not last, the process ends with an error rather than limp.
 * Thread-safe.
 */
final class Revival {

  private static final Logger LOG = LoggerFactory.getLogger(Revival.class);

  /** Our choice: the third time within ten minutes it is given up. */
  private static final int TIMES = 3;

  private static final Duration WITHIN = Duration.ofMinutes(10);

  /** Opens the database again and asks it something. */
  @FunctionalInterface
  interface Reopening {
    void reopen() throws Exception;
  }

  private final Reopening reopening;
  private final Consumer<String> onFatal;
  private final Clock clock;
  private final Deque<Instant> closures = new ArrayDeque<>();
  private volatile long generation;
  private boolean givenUp;

  Revival(Reopening reopening, Consumer<String> onFatal, Clock clock) {
    this.reopening = reopening;
    this.onFatal = onFatal;
    this.clock = clock;
  }

  /** Counts the openings; to be read before a connection is taken. */
  long generation() {
    return generation;
  }

  /**
   * Told by whoever met an error that means so. Of many that meet the same closure the first opens
   * the database again while the others wait.
   */
  synchronized void databaseIsGone(long seenInGeneration) {
    if (seenInGeneration != generation || givenUp) {
      return;
    }
    Instant now = clock.instant();
    closures.addLast(now);
    while (closures.getFirst().isBefore(now.minus(WITHIN))) {
      closures.removeFirst();
    }
    if (closures.size() >= TIMES) {
      giveUp("The database has closed itself %d times within 10 minutes".formatted(TIMES));
      return;
    }
    try {
      reopening.reopen();
      generation++;
      LOG.warn("The database had closed itself and was opened again; is the disk full?");
    } catch (Exception e) {
      LOG.error("The database has closed itself and does not open again", e);
      giveUp("The database has closed itself and does not open again");
    }
  }

  private void giveUp(String why) {
    givenUp = true;
    onFatal.accept(why);
  }
}
