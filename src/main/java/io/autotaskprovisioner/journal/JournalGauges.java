package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.journal.Journal.Depth;
import io.autotaskprovisioner.storage.StorageException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToLongFunction;

/** The gauges {@code journal.depth} by status and {@code journal.oldest.due.seconds}. */
final class JournalGauges {

  private JournalGauges() {}

  static void register(MeterRegistry meters, Journal journal) {
    depth(meters, journal, "waiting", Depth::waiting);
    depth(meters, journal, "running", Depth::running);
    depth(meters, journal, "failed", Depth::failed);
    Gauge.builder(
            "journal.oldest.due.seconds", journal, source -> value(source, Depth::oldestDueSeconds))
        .description("Age of the oldest request that is due and not claimed")
        .register(meters);
  }

  private static void depth(
      MeterRegistry meters, Journal journal, String status, ToLongFunction<Depth> part) {
    Gauge.builder("journal.depth", journal, source -> value(source, part))
        .description("Requests in the journal")
        .tag("status", status)
        .register(meters);
  }

  /** Not a number while the database does not answer: a last value would look like calm. */
  private static double value(Journal journal, ToLongFunction<Depth> part) {
    try {
      return part.applyAsLong(journal.depth());
    } catch (StorageException e) {
      return Double.NaN;
    }
  }
}
