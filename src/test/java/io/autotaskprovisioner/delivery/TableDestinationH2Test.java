package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.support.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A plain H2 file, without any of the modes that our own has. */
final class TableDestinationH2Test extends TableDestinationSuite {

  @TempDir static Path folder;

  @Override
  String url() {
    return "jdbc:h2:" + folder.resolve("reports");
  }

  @Override
  String user() {
    return "reporter";
  }

  @Override
  String password() {
    return "of-the-reporter";
  }

  @Override
  TestDatabase outbox() {
    return TestDatabase.h2();
  }
}
