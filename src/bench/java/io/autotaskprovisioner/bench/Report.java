package io.autotaskprovisioner.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Medians over the rounds, and the ratios of the program's to the floor's, in Markdown. */
final class Report {

  private final Options options;
  private final Duration floorStart;
  private final Duration programStart;
  private final StringBuilder text = new StringBuilder();

  Report(Options options, Duration floorStart, Duration programStart) {
    this.options = options;
    this.floorStart = floorStart;
    this.programStart = programStart;
  }

  String text(List<Round> floor, List<Round> program, long floorMemory, long programMemory) {
    text.append(options.sentence()).append("%n%n".formatted());
    text.append("| | Floor | Program | Ratio |%n|---|---|---|---|%n".formatted());
    row("provisionings answered a second", "%.0f", floor, program, Round::rate);
    row("stored and delivered a second", "%.0f", floor, program, Round::deliveredRate);
    row("p50, ms", "%.1f", floor, program, Round::p50);
    row("p99, ms", "%.1f", floor, program, Round::p99);
    row("CPU seconds for 1,000", "%.3f", floor, program, Round::cpu);
    row("failed", "%.0f", floor, program, Round::failed);
    row("share of the machine", "%.2f", floor, program, Round::share);
    row("share of all others, the database among them", "%.2f", floor, program, Round::others);
    line("peak memory, MB", "%.0f", floorMemory / 1e6, programMemory / 1e6);
    line("start to the first answer, s", "%.2f", seconds(floorStart), seconds(programStart));
    return text.toString();
  }

  private void row(
      String what,
      String format,
      List<Round> floor,
      List<Round> program,
      ToDoubleFunction<Round> figure) {
    line(what, format, median(floor, figure), median(program, figure));
  }

  private void line(String what, String format, double floor, double program) {
    String ratio = floor == 0 ? "" : "%.2f".formatted(program / floor);
    text.append(
        "| %s | %s | %s | %s |%n"
            .formatted(what, format.formatted(floor), format.formatted(program), ratio));
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}
