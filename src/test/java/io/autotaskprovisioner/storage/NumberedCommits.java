package io.autotaskprovisioner.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;

/**
 * The child process of {@link H2DurabilityIT}: commits numbered rows without end, many at once, and
 * prints each number after its commit was acknowledged.
 */
final class NumberedCommits {

  private NumberedCommits() {}

  public static void main(String[] arguments) {
    StorageSettings settings = StorageSettings.h2(Path.of(arguments[0]), "sa", "", 6);
    JdbcDatabase database = JdbcDatabase.open(settings, new SimpleMeterRegistry(), why -> {});
    long first = Long.parseLong(arguments[1]);
    for (int lane = 0; lane < 16; lane++) {
      commit(database, first + lane);
    }
  }

  /** Each acknowledged commit starts the next of its lane. */
  private static void commit(Database database, long number) {
    database
        .write(DatabaseSuite.insert(number))
        .thenAccept(
            acknowledged -> {
              // One call for the line: what is killed in between is no acknowledgement.
              System.out.print(acknowledged + "\n");
              System.out.flush();
              commit(database, number + 16);
            });
  }
}
