package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.intake.ScheduledFolder;
import io.autotaskprovisioner.storage.StorageException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one run of the batch schedule, one after the other: those that were in the folder
 * when it began. Not thread-safe.
 */
final class BatchRun {

  private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);
  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * Our choice: so often a file that cannot be read for a reason of its own is tried in one run.
   */
  private static final int ATTEMPTS = 3;

  private final ScheduleRun run;
  private final ScheduledFolder folder;
  private final RunPause pause;
  private final Deque<Path> files;
  private @Nullable Path head;
  private long headSince;
  private @Nullable Path current;
  private long currentSince;
  private boolean opened;
  private int attempts;
  private boolean databaseAway;
  private boolean lost;
  private long left;

  BatchRun(ScheduleRun run, ScheduledFolder folder, List<Path> files, RunPause pause) {
    this.run = run;
    this.folder = folder;
    this.files = new ArrayDeque<>(files);
    this.pause = pause;
  }

  ScheduleRun run() {
    return run;
  }

  /** Files that stay in the folder for the next run. */
  long left() {
    return left;
  }

  /** Whether another process goes on with the run. */
  boolean isLost() {
    return lost;
  }

  /** Another process goes on with the run: no further file is taken. */
  void lose() {
    lost = true;
  }

  /** Waits until a further file may be read; false where there is none. */
  boolean hasNext() {
    while (!files.isEmpty() && !lost && !pause.isStopping()) {
      Path file = files.getFirst();
      if (!file.equals(head)) {
        head = file;
        headSince = System.nanoTime();
      }
      if (folder.isReady(file)) {
        return true;
      }
      if (Files.notExists(file)) {
        files.removeFirst();
      } else if (!databaseAway && System.nanoTime() - headSince > folder.patience().toNanos()) {
        files.removeFirst();
        left++;
        LOG.warn("{} is no file that stands still and waits for the next run", file);
      } else {
        pause.await(LOOK);
      }
    }
    return false;
  }

  /** The file that {@link #hasNext} has found. */
  File next() {
    Path file = files.removeFirst();
    if (!file.equals(current)) {
      attempts = 0;
      currentSince = System.nanoTime();
    }
    current = file;
    opened = false;
    return file.toFile();
  }

  /** The file that was taken last is being read. */
  void opened() {
    opened = true;
  }

  /**
   * Tells how the file that was taken last ended.
   *
   * @param failure what kept it in the folder; null where nothing did
   */
  void ended(@Nullable Throwable failure) {
    databaseAway = isCausedByStorage(failure);
    if (lost || pause.isStopping() || current == null || Files.notExists(current)) {
      attempts = 0;
    } else if (databaseAway) {
      // Nobody's fault: the run goes on when the database is back.
      files.addFirst(current);
    } else if (failure == null && opened) {
      // It was changed while it was read, or another of its name has come.
      attempts = 0;
      left++;
    } else if (failure == null && isWaitedFor()) {
      // Somebody reads it, or has read it and died: it is tried again when that lease has ended.
      files.addFirst(current);
      pause.await(LOOK);
    } else if (++attempts < ATTEMPTS) {
      files.addFirst(current);
    } else {
      attempts = 0;
      left++;
      LOG.warn("{} waits for the next run", current);
    }
  }

  private boolean isWaitedFor() {
    return System.nanoTime() - currentSince < folder.patienceWithReaders().toNanos();
  }

  private static boolean isCausedByStorage(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StorageException) {
        return true;
      }
    }
    return false;
  }
}
