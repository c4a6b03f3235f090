package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** The answer of {@code GET /status} for people. */
final class StatusScreen {

  private static final String LINE = "%-13s %s%n";
  private static final List<String> OUTCOMES =
      List.of("waiting", "succeeded", "failed", "duplicate", "discarded");

  private final PrintWriter out;

  StatusScreen(PrintWriter out) {
    this.out = out;
  }

  void print(JsonNode status, String place) {
    server(status, place);
    JsonNode requests = status.path("requests");
    out.printf(
        LINE,
        "Requests",
        "%d waiting, %d running, %d failed%s"
            .formatted(
                requests.path("waiting").asLong(),
                requests.path("running").asLong(),
                requests.path("failed").asLong(),
                overdue(requests.path("oldestDueSeconds").asLong())));
    lines("Batches", status.path("batches"), StatusScreen::batch);
    lines("Destinations", status.path("destinations"), StatusScreen::destination);
    lines("Operations", status.path("operations"), item -> List.of(OperationsCommand.line(item)));
    lines("Suspended", status.path("suspendedCodes"), StatusScreen::suspended);
    whatToDo(status);
  }

  private void server(JsonNode status, String place) {
    if (!status.path("running").asBoolean()) {
      out.printf(LINE, "Server", "not running; what follows is in " + place);
      return;
    }
    out.printf(
        LINE,
        "Server",
        "%s at %s, up for %s, version %s"
            .formatted(
                status.path("ready").asBoolean() ? "ready" : "NOT READY",
                place,
                Output.shown(since(status.path("startedAt").asText())),
                status.path("version").asText("unknown")));
    status
        .path("checks")
        .forEach(
            check -> {
              if (!check.path("up").asBoolean()) {
                out.printf(
                    LINE,
                    "",
                    "%s: %s"
                        .formatted(
                            check.path("name").asText(),
                            Output.line(check.path("message").asText("down"))));
              }
            });
  }

  private void lines(String title, JsonNode items, Function<JsonNode, List<String>> show) {
    List<String> lines =
        StreamSupport.stream(items.spliterator(), false)
            .flatMap(item -> show.apply(item).stream())
            .toList();
    out.printf(LINE, title, lines.isEmpty() ? "none" : lines.get(0));
    lines.stream().skip(1).forEach(line -> out.printf(LINE, "", line));
  }

  private static List<String> batch(JsonNode batch) {
    List<String> counts = new ArrayList<>();
    OUTCOMES.forEach(
        outcome -> {
          long count = batch.path(outcome).asLong();
          if (count > 0) {
            counts.add(count + " " + outcome);
          }
        });
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d %s %s, %s%s%s"
            .formatted(
                batch.path("id").asLong(),
                Output.line(batch.path("name").asText()),
                batch.path("status").asText().toLowerCase(Locale.ROOT),
                Output.count(batch.path("records").asLong(), "record"),
                counts.isEmpty() ? "" : ": " + String.join(", ", counts),
                timeLeft(batch)));
    if (batch.hasNonNull("stuck")) {
      lines.add("  " + Output.line(batch.path("stuck").asText()));
    }
    if (batch.hasNonNull("error")) {
      lines.add("  " + Output.line(batch.path("error").asText()));
    }
    batch
        .path("failures")
        .forEach(
            failure ->
                lines.add(
                    "  %d %s: %s"
                        .formatted(
                            failure.path("count").asLong(),
                            failure.path("failureClass").asText(),
                            failure.path("advice").asText())));
    return lines;
  }

  private static List<String> destination(JsonNode destination) {
    return List.of(
        "%s: %d pending, %d exhausted%s%s"
            .formatted(
                destination.path("name").asText(),
                destination.path("pending").asLong() + destination.path("sending").asLong(),
                destination.path("exhausted").asLong(),
                overdue(destination.path("oldestDueSeconds").asLong()),
                destination.path("disabled").asBoolean()
                    ? ", DISABLED: " + Output.line(destination.path("reason").asText())
                    : ""));
  }

  private static List<String> suspended(JsonNode code) {
    return List.of(
        "integration code %.12s since %s, after %s; %d waiting"
            .formatted(
                code.path("id").asText(),
                code.path("suspendedAt").asText(),
                Output.count(code.path("rejectedLogins").asLong(), "rejected login"),
                code.path("waitingRequests").asLong()));
  }

  private void whatToDo(JsonNode status) {
    if (status.path("refusedReplies").asLong() > 0) {
      out.printf(
          LINE,
          "Do",
          "%d replies were refused by every queue: failed --replies shows why, retry --replies sends them"
              .formatted(status.path("refusedReplies").asLong()));
    }
    if (!status.path("suspendedCodes").isEmpty()) {
      out.printf(LINE, "Do", "correct autotask.integration-code, then: resume");
    }
    if (status.at("/requests/failed").asLong() > 0) {
      out.printf(
          LINE,
          "Do",
          "failed shows why; correct results/NAME.failed.csv and drop it again, or run all again: retry --batch ID");
    }
    if (StreamSupport.stream(status.path("destinations").spliterator(), false)
        .anyMatch(d -> d.path("exhausted").asLong() > 0)) {
      out.printf(LINE, "Do", "once the receiver is mended: redeliver --destination NAME");
    }
  }

  private static String timeLeft(JsonNode batch) {
    boolean running = batch.path("waiting").asLong() > 0 && batch.hasNonNull("secondsLeft");
    return running
        ? ", about %s left"
            .formatted(Output.shown(Duration.ofSeconds(batch.path("secondsLeft").asLong())))
        : "";
  }

  private static String overdue(long seconds) {
    return seconds < 60 ? "" : ", the oldest due for " + Output.shown(Duration.ofSeconds(seconds));
  }

  private static Duration since(String start) {
    return Duration.between(Instant.parse(start), Instant.now());
  }
}
