package io.autotaskprovisioner.faults;

import java.util.List;

/**
 * What one fault did, in numbers.
 *
 * @param fault its name
 * @param times how often it struck
 * @param acknowledged requests that a door acknowledged
 * @param tries how often callers tried, over all doors
 * @param instances of those requests
 * @param failed of those requests, seen to have failed
 * @param lost of those requests, neither
 * @param doubled requests with more than one instance, or instances told by more than one event id
 * @param calls logins that Autotask accepted, per instance: 1.00 where nothing was asked twice
 * @param events that had to reach a destination
 * @param arrivals of them there, repeats among them
 * @param undelivered of them, pending or exhausted, and to be seen as such
 * @param messages sent, by their correlation id
 * @param replies to them
 * @param batches files and uploads, finished with whole result files
 * @param longestPause seconds in which nothing moved while something waited, once all was healed
 * @param settled seconds from then until nothing waited
 * @param problems each in a sentence
 */
public record Figures(
    String fault,
    int times,
    int acknowledged,
    int tries,
    int instances,
    int failed,
    int lost,
    int doubled,
    double calls,
    long events,
    long arrivals,
    long undelivered,
    int messages,
    int replies,
    int batches,
    double longestPause,
    double settled,
    List<String> problems) {

  private static final String HEADER =
      """
      | Fault | Times | Acknowledged | Instances | Failed | Lost | Double | Logins asked | Events | Arrived | Messages | Replies | Batches | Longest pause | Settled |
      |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
      """;

  /** One table in Markdown, with a last line of sums. */
  static String table(List<Figures> all) {
    StringBuilder table = new StringBuilder(HEADER);
    all.forEach(figures -> table.append(figures.row()));
    table.append(
        "| all | %d | %d | %d | %d | %d | %d | | %d | %d | %d | %d | %d | | |%n"
            .formatted(
                all.stream().mapToInt(Figures::times).sum(),
                all.stream().mapToInt(Figures::acknowledged).sum(),
                all.stream().mapToInt(Figures::instances).sum(),
                all.stream().mapToInt(Figures::failed).sum(),
                all.stream().mapToInt(Figures::lost).sum(),
                all.stream().mapToInt(Figures::doubled).sum(),
                all.stream().mapToLong(Figures::events).sum(),
                all.stream().mapToLong(Figures::arrivals).sum(),
                all.stream().mapToInt(Figures::messages).sum(),
                all.stream().mapToInt(Figures::replies).sum(),
                all.stream().mapToInt(Figures::batches).sum()));
    return table.toString();
  }

  private String row() {
    return "| %s | %d | %d | %d | %d | %d | %d | %.2f | %d | %d | %d | %d | %d | %.1f s | %.1f s |%n"
        .formatted(
            fault,
            times,
            acknowledged,
            instances,
            failed,
            lost,
            doubled,
            calls,
            events,
            arrivals,
            messages,
            replies,
            batches,
            longestPause,
            settled);
  }
}
