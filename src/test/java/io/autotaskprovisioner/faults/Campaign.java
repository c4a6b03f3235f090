package io.autotaskprovisioner.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One fault against one installation under load from all doors, and what came of it. */
final class Campaign {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** What is written a moment after all is at its end: result files, and what others read. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(30);

  private final Installation installation;
  private final String fault;
  private final Random random;
  private final History history = new History();
  private int requests = 100;
  private int times = 1;
  private int crowd;
  private int rows;

  Campaign(Installation installation, String fault, Random random) {
    this.installation = installation;
    this.fault = fault;
    this.random = random;
  }

  /** At least so many requests, with the strikes spread over them. */
  Campaign under(int newRequests) {
    requests = newRequests;
    return this;
  }

  Campaign times(int newTimes) {
    times = newTimes;
    return this;
  }

  /**
   * More callers of HTTP than are served.
   *
   * @param newRows of a file, so that the others find room beside them
   */
  Campaign crowd(int newCrowd, int newRows) {
    crowd = newCrowd;
    rows = newRows;
    return this;
  }

  /** What was asked so far. */
  History history() {
    return history;
  }

  /** Strikes, heals, waits until nothing waits, and counts. */
  Figures of(Nemesis nemesis) throws Exception {
    int rowsOfAFile = rows > 0 ? rows : Math.max(10, Math.min(100, requests / 100));
    Doors doors = installation.doors(rowsOfAFile, history);
    doors.open();
    doors.crowd(crowd);
    for (int strike = 1; strike <= times; strike++) {
      int before = strike * requests / (times + 1);
      awaitRequests(before);
      // Not a wait for anything: the moment of the strike is what is random.
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
      nemesis.strike(random);
    }
    nemesis.heal();
    awaitRequests(requests);
    doors.close();
    Settling settling = Settling.await(installation, history, PATIENCE);
    long end = System.nanoTime() + AFTERWARDS.toNanos();
    while (true) {
      Figures figures = new Verdict(Evidence.of(installation), history).on(fault, times, settling);
      if (figures.problems().isEmpty() || System.nanoTime() > end) {
        return figures;
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private void awaitRequests(int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> history.size() >= count);
  }
}
