package io.autotaskprovisioner.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class KeyRotationPostgresTest extends KeyRotationSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }

  /**
   * Copied as files are copied of a server that is stopped: PostgreSQL lets nobody in meanwhile.
   */
  @Test
  void a_copy_of_the_database_opens_with_its_own_ring_alone(@TempDir Path folder) throws Exception {
    try (TestDatabase original = TestDatabase.postgres()) {
      byte[] sealed = original.keyRing().seal("v".getBytes(StandardCharsets.UTF_8), "place");
      String url = original.settings().url().replaceAll("\\?.*", "");
      String name = url.substring(url.lastIndexOf('/') + 1);
      original.stop();
      String copy = TestDatabase.emptyPostgresUrl().replaceAll("\\?.*", "");
      String copyName = copy.substring(copy.lastIndexOf('/') + 1);
      try (Connection connection =
              DriverManager.getConnection(
                  url.replace("/" + name, "/postgres"), "postgres", "postgres");
          Statement statement = connection.createStatement()) {
        statement.execute("drop database " + copyName);
        statement.execute("create database %s template %s".formatted(copyName, name));
      }
      PGSimpleDataSource restored = new PGSimpleDataSource();
      restored.setUrl(copy);
      restored.setUser("postgres");
      restored.setPassword("postgres");
      KeyRing ring = KeyRings.open(restored, original.directory().resolve("keyring.json"));
      assertThat(ring.open(sealed, "place")).asString(StandardCharsets.UTF_8).isEqualTo("v");
      Path foreign = folder.resolve("foreign.json");
      KeyRingCopy.generate(foreign);
      assertThatThrownBy(() -> KeyRings.open(restored, foreign))
          .isInstanceOf(InvalidSettingException.class);
    }
  }
}
