package io.autotaskprovisioner.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;

/**
 * The child process of {@link H2DurabilityIT}: commits numbered rows without end, many at once, and
 * prints each number after its commit was acknowledged. Arguments: the data directory, the first
 * number, and settings that replace those of the H2 URL.
 */
final class NumberedCommits {

  private NumberedCommits() {}

  public static void main(String[] arguments) {
    StorageSettings usual = StorageSettings.h2(Path.of(arguments[0]), "sa", "", 6);
    StringBuilder url = new StringBuilder(usual.url());
    for (int i = 2; i < arguments.length; i++) {
      String name = arguments[i].substring(0, arguments[i].indexOf('=') + 1);
      int at = url.indexOf(name);
      int end = url.indexOf(";", at);
      url.replace(at, end < 0 ? url.length() : end, arguments[i]);
    }
    StorageSettings settings =
        new StorageSettings(usual.directory(), url.toString(), "sa", "", usual.poolSize());
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
