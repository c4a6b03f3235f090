package io.autotaskprovisioner.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long it took until nothing waited any more.
 *
 * @param longestPause in which nothing moved while something waited
 */
record Settling(Duration longestPause, Duration total) {

  /**
   * Waits until nothing waits.
   *
   * @param patience with something that waits while nothing moves
   * @throws AssertionError if that takes longer
   */
  static Settling await(Installation installation, History history, Duration patience)
      throws InterruptedException {
    long start = System.nanoTime();
    long lastChange = start;
    long longest = 0;
    String before = "";
    while (true) {
      String now = unfinished(installation, history);
      long at = System.nanoTime();
      if (now.isEmpty()) {
        return new Settling(Duration.ofNanos(longest), Duration.ofNanos(lastChange - start));
      }
      if (!now.equals(before)) {
        before = now;
        lastChange = at;
      }
      longest = Math.max(longest, at - lastChange);
      if (at - lastChange > patience.toNanos()) {
        throw new AssertionError(
            "Nothing has moved for %s: %s"
                .formatted(patience, now.substring(0, Math.min(500, now.length()))));
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
  }

  private static String unfinished(Installation installation, History history) {
    try {
      StringBuilder unfinished = new StringBuilder(installation.operator().unfinished());
      installation.untaken().forEach(file -> unfinished.append(' ').append(file));
      long unreplied =
          history.sendings().keySet().stream()
              .filter(message -> !installation.replies().containsKey(message))
              .count();
      if (unreplied > 0) {
        unfinished.append(" unreplied: ").append(unreplied);
      }
      if (!unfinished.isEmpty()) {
        // The lists are cut at 500: a long backlog moves at its other end.
        unfinished.append(" instances: ").append(installation.operator().countOfInstances());
        unfinished.append(" posts: ").append(installation.receiver().posts());
      }
      return unfinished.toString();
    } catch (IOException away) {
      return "no answer: " + away.getMessage();
    }
  }
}
