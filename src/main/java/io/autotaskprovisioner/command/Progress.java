package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows how far a batch is: a bar that is drawn over itself on a terminal, elsewhere a line
 * whenever another tenth is done. To be used by one thread.
 */
final class Progress {

  private static final int WIDTH = 30;
  private static final int STEPS = 10;

  private final PrintWriter out;
  private final boolean terminal;
  private final boolean shown;
  private long lastStep = -1;

  private Progress(PrintWriter out, boolean terminal, boolean shown) {
    this.out = out;
    this.terminal = terminal;
    this.shown = shown;
  }

  static Progress on(PrintWriter out, boolean shown) {
    return new Progress(out, Ansi.AUTO.enabled(), shown);
  }

  void show(JsonNode batch) {
    if (!shown) {
      return;
    }
    long records = batch.path("records").asLong();
    long done = records - batch.path("waiting").asLong();
    if (terminal) {
      int filled = records == 0 ? 0 : (int) (WIDTH * done / records);
      out.printf(
          "\r[%s%s] %s   ", "#".repeat(filled), ".".repeat(WIDTH - filled), words(batch, done));
      out.flush();
      return;
    }
    long step = records == 0 ? 0 : STEPS * done / records;
    if (step != lastStep) {
      lastStep = step;
      out.println(words(batch, done));
      out.flush();
    }
  }

  void end() {
    if (shown && terminal) {
      out.println();
      out.flush();
    }
  }

  private static String words(JsonNode batch, long done) {
    boolean reading = batch.path("status").asText().equals("READING");
    boolean timed = batch.path("waiting").asLong() > 0 && batch.hasNonNull("secondsLeft");
    return "%d of %d%s done, %d failed%s"
        .formatted(
            done,
            batch.path("records").asLong(),
            reading ? " read so far" : "",
            batch.path("failed").asLong(),
            timed
                ? ", about %s left"
                    .formatted(Output.shown(Duration.ofSeconds(batch.path("secondsLeft").asLong())))
                : "");
  }
}
