package io.autotaskprovisioner.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that each do one piece of work after another until they are told to stop. A piece is
 * tried again while the program is down, which is what makes its requests worth counting on.
 */
public final class BusyCallers {

  /** One piece of work. */
  public interface Piece {
    /**
     * Does it.
     *
     * @throws Exception if the program could not be reached or answered that it cannot now: the
     *     same piece is done again
     */
    void run(int number) throws Exception;
  }

  /** Before a piece is tried again. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** For the last piece of each, once the program is up for good. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<AssertionError> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /**
   * Starts a thread that works on the numbers from {@code first}.
   *
   * @param pace time between two pieces: how busy it is
   */
  public void start(int first, Duration pace, Piece piece) {
    Thread thread = new Thread(() -> work(first, pace, piece), "caller-" + first);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void work(int first, Duration pace, Piece piece) {
    try {
      for (int number = first; !stopped; number++) {
        while (!isDone(piece, number)) {
          LockSupport.parkNanos(PAUSE.toNanos());
        }
        LockSupport.parkNanos(pace.toNanos());
      }
    } catch (AssertionError e) {
      failures.add(e);
    }
  }

  private static boolean isDone(Piece piece, int number) {
    try {
      piece.run(number);
      return true;
    } catch (Exception down) {
      return false;
    }
  }

  /**
   * Waits until each has done the piece it is at, so that nothing stays begun; throws what one of
   * them found wrong.
   */
  public void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(PATIENCE.toMillis());
      if (thread.isAlive()) {
        throw new AssertionError(thread.getName() + " could not end its piece of work");
      }
    }
    for (AssertionError failure : failures) {
      throw failure;
    }
  }
}
