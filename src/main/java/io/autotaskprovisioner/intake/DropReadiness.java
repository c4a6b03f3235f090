package io.autotaskprovisioner.intake;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a dropped file may be read: at once when {@code NAME.done} lies beside it, else when
 * it was the same for the minimum age. Thread-safe.
 *
 * <p>Camel's {@code readLock=changed} sleeps in the consumer's thread for each file, and measures
 * age against the file's own time, which another machine's clock may have written. This one looks
 * once a poll and measures with the clock of this process.
 *
 * <p>Our choice: symbolic links are not followed. Who may put one into the folder could otherwise
 * have any file read that this process can read.
 */
final class DropReadiness implements GenericFileFilter<File> {

  static final String MARKER = ".done";

  private static final Logger LOG = LoggerFactory.getLogger(DropReadiness.class);
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
  private static final int MAX_REMEMBERED = 10_000;

  private record Seen(FileStamp stamp, long sinceNanos) {}

  private record Pause(Duration delay, long untilNanos) {}

  private final Duration minimumAge;
  private final LongSupplier nanoTime;
  private final Map<Path, Seen> seen = new ConcurrentHashMap<>();
  private final Map<Path, Pause> pauses = new ConcurrentHashMap<>();
  private volatile Pause pauseOfAll = new Pause(Duration.ZERO, 0);

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  DropReadiness(Duration minimumAge, LongSupplier nanoTime) {
    this.minimumAge = minimumAge;
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean accept(GenericFile<File> file) {
    return isReady(file.getFile().toPath().toAbsolutePath().normalize());
  }

  /** Whether the file may be read now. */
  boolean isReady(Path file) {
    long now = nanoTime.getAsLong();
    Pause pause = pauses.get(file);
    if (isOn(pauseOfAll, now) || (pause != null && isOn(pause, now))) {
      return false;
    }
    if (seen.size() > MAX_REMEMBERED) {
      seen.clear();
    }
    try {
      FileStamp stamp = FileStamp.of(file);
      Seen earlier = seen.get(file);
      boolean unchanged = earlier != null && earlier.stamp().equals(stamp);
      if (!unchanged) {
        seen.put(file, new Seen(stamp, now));
      }
      if (!stamp.isRegular()) {
        if (!unchanged) {
          LOG.warn("{} is a link or no regular file and is left alone", file);
        }
        return false;
      }
      return Files.exists(markerOf(file))
          || minimumAge.isZero()
          || (unchanged && now - earlier.sinceNanos() >= minimumAge.toNanos());
    } catch (IOException e) {
      LOG.debug("{} cannot be looked at", file, e);
      return false;
    }
  }

  /** Leaves the file alone for a while, longer each time. */
  Duration pause(Path file) {
    if (pauses.size() > MAX_REMEMBERED) {
      pauses.clear();
    }
    return pauses.merge(file, next(null), (earlier, first) -> next(earlier)).delay();
  }

  /** Leaves every file alone for a while, longer each time. */
  Duration pauseAll() {
    pauseOfAll = next(pauseOfAll);
    return pauseOfAll.delay();
  }

  /** The file was read and has left the folder. */
  void done(Path file) {
    seen.remove(file);
    pauses.remove(file);
    pauseOfAll = new Pause(Duration.ZERO, 0);
  }

  static Path markerOf(Path file) {
    return file.resolveSibling(file.getFileName() + MARKER);
  }

  private Pause next(@Nullable Pause earlier) {
    Duration delay =
        earlier == null || earlier.delay().isZero() ? FIRST_DELAY : earlier.delay().multipliedBy(2);
    Duration bounded = delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    return new Pause(bounded, nanoTime.getAsLong() + bounded.toNanos());
  }

  private static boolean isOn(Pause pause, long now) {
    return !pause.delay().isZero() && pause.untilNanos() - now > 0;
  }
}
