package io.autotaskprovisioner.bench;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Measures the hot pieces one by one, with what each operation allocates. */
public final class Pieces {

  private Pieces() {}

  /** The system property {@code bench.pieces} is a regular expression of their names. */
  public static void main(String[] arguments) throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(System.getProperty("bench.pieces"))
                .addProfiler(GCProfiler.class)
                .build())
        .run();
  }
}
