package io.autotaskprovisioner;

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
final class BusyCallers {

  /** One piece of work. */
  interface Piece {
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

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<AssertionError> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /**
   * Starts a thread that works on the numbers from {@code first}.
   *
   * @param pace time between two pieces: how busy it is
   */
  void start(int first, Duration pace, Piece piece) {
    Thread thread = new Thread(() -> work(first, pace, piece), "caller-" + first);
    threads.add(thread);
    thread.start();
  }

  private void work(int first, Duration pace, Piece piece) {
    int number = first;
    while (!stopped) {
      try {
        piece.run(number);
        number++;
        LockSupport.parkNanos(pace.toNanos());
      } catch (AssertionError e) {
        failures.add(e);
        return;
      } catch (Exception down) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Waits until each has ended the piece it is at; throws what one of them found wrong. */
  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    for (AssertionError failure : failures) {
      throw failure;
    }
  }
}
