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
  private int requests = 100;
  private int times = 1;

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

  /** Strikes, heals, waits until nothing waits, and counts. */
  Figures of(Nemesis nemesis) throws Exception {
    History history = new History();
    Doors doors = installation.doors(Math.max(10, Math.min(100, requests / 100)), history);
    doors.open();
    for (int strike = 1; strike <= times; strike++) {
      int before = strike * requests / (times + 1);
      awaitRequests(history, before);
      // Not a wait for anything: the moment of the strike is what is random.
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
      nemesis.strike(random);
    }
    nemesis.heal();
    awaitRequests(history, requests);
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

  private static void awaitRequests(History history, int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> history.size() >= count);
  }
}
