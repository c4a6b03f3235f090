package io.autotaskprovisioner.housekeeping;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what housekeeping forgets, as {@code housekeeping_forgotten_total{what}}, and logs a line
 * for each round that forgot anything. Thread-safe.
 */
public final class Forgotten {

  private static final Logger LOG = LoggerFactory.getLogger("io.autotaskprovisioner.housekeeping");

  private final MeterRegistry meters;

  Forgotten(MeterRegistry meters) {
    this.meters = meters;
  }

  /**
   * One piece is deleted.
   *
   * @param what in the plural, as the log says it
   * @param count the rows of this piece; null counts as none
   * @param soFar those of the pieces before
   * @return those of all pieces so far
   */
  public long count(
      @Variable("what") String what,
      @Header("CamelJdbcUpdateCount") Integer count,
      @Variable("forgotten") Long soFar) {
    int rows = count == null ? 0 : count;
    note(what, rows);
    return soFar + rows;
  }

  /** All pieces are deleted. */
  public void tell(@Variable("what") String what, @Variable("forgotten") Long all) {
    if (all > 0) {
      LOG.info("Housekeeping forgot {} {}", all, what);
    }
  }

  void note(String what, long count) {
    Counter.builder("housekeeping.forgotten")
        .description("Rows and files that housekeeping deleted for their age")
        .tag("what", what)
        .register(meters)
        .increment(count);
  }
}
