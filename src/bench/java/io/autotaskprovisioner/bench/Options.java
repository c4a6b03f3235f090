package io.autotaskprovisioner.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured.
 *
 * @param h2 whether on H2 rather than on PostgreSQL
 * @param latencyMillis of each answer of the Autotask stand-in
 * @param connections that each send one request after the other
 * @param rounds of each side
 * @param seconds of a round
 * @param warmUpSeconds of each side before the first round
 * @param tenants that the requests are spread over
 * @param java the program that runs both sides
 * @param javaOptions of both sides
 */
record Options(
    boolean h2,
    int latencyMillis,
    int connections,
    int rounds,
    int seconds,
    int warmUpSeconds,
    int tenants,
    Path java,
    List<String> javaOptions) {

  /** From the system properties {@code bench.*}, whose defaults stand in the Maven profile. */
  static Options ofSystemProperties() {
    String database = System.getProperty("bench.database");
    if (!database.equals("h2") && !database.equals("postgresql")) {
      throw new IllegalArgumentException("bench.database is h2 or postgresql, not " + database);
    }
    return new Options(
        database.equals("h2"),
        Integer.parseInt(System.getProperty("bench.latency")),
        Integer.parseInt(System.getProperty("bench.connections")),
        Integer.parseInt(System.getProperty("bench.rounds")),
        Integer.parseInt(System.getProperty("bench.seconds")),
        Integer.parseInt(System.getProperty("bench.warm-up")),
        Integer.parseInt(System.getProperty("bench.tenants")),
        Path.of(System.getProperty("java.home"), "bin", "java"),
        Stream.of(System.getProperty("bench.java-options").split("\\s+"))
            .filter(option -> !option.isEmpty())
            .toList());
  }

  /** For the report. */
  String sentence() {
    return ("%s, Autotask after %d ms, %d connections, %d tenants, %d rounds of %d s after %d s of"
            + " warm-up, Java %s %s")
        .formatted(
            h2 ? "H2" : "PostgreSQL with fsync",
            latencyMillis,
            connections,
            tenants,
            rounds,
            seconds,
            warmUpSeconds,
            Runtime.version().feature(),
            String.join(" ", javaOptions));
  }
}
