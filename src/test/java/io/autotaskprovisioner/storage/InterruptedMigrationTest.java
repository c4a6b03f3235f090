package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * H2 commits each statement of a migration by itself: what a start has done when it is killed
 * stays, and is not noted as done. PostgreSQL takes it back.
 */
class InterruptedMigrationTest {

  /** What is older runs on an empty database only, or stands in databases that are in use. */
  private static final MigrationVersion LAST_OLD = MigrationVersion.fromVersion("7");

  @TempDir Path folder;

  private record Migration(MigrationVersion version, List<String> statements) {

    static Migration of(Path file) {
      try {
        String number = file.getFileName().toString().split("__")[0].substring(1);
        String sql = Files.readString(file).replaceAll("--[^\\n]*", "");
        return new Migration(
            MigrationVersion.fromVersion(number.replace('_', '.')),
            Arrays.stream(sql.split(";")).map(String::strip).filter(s -> !s.isEmpty()).toList());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> a_start_goes_on_where_another_was_killed_within_a_migration()
      throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    MigrationVersion before = LAST_OLD;
    for (Migration migration : newMigrations()) {
      Path template = migratedTo(before);
      for (int done = 1; done <= migration.statements().size(); done++) {
        List<String> statements = migration.statements().subList(0, done);
        tests.add(
            DynamicTest.dynamicTest(
                "V%s after %d statements".formatted(migration.version(), done),
                () -> check(template, statements)));
      }
      before = migration.version();
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private void check(Path template, List<String> statements) throws Exception {
    StorageSettings settings = settings(Files.createTempDirectory(folder, "killed"));
    Files.copy(template, settings.h2File().orElseThrow());
    Flyway flyway = flyway(settings, LAST_OLD);
    try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    JdbcDatabase database =
        JdbcDatabase.open(
            settings,
            new SimpleMeterRegistry(),
            why -> {
              throw new IllegalStateException(why);
            });
    database.stop();
    assertThat(flyway(settings, MigrationVersion.LATEST).info().pending()).isEmpty();
  }

  private Path migratedTo(MigrationVersion version) throws IOException {
    StorageSettings settings = settings(Files.createTempDirectory(folder, "before"));
    flyway(settings, version).migrate();
    return settings.h2File().orElseThrow();
  }

  private static StorageSettings settings(Path directory) {
    return StorageSettings.h2(directory, "sa", "", 4);
  }

  private static Flyway flyway(StorageSettings settings, MigrationVersion target) {
    return Flyway.configure()
        .dataSource(settings.url(), settings.user(), settings.password())
        .locations("classpath:db/migration/common")
        .javaMigrations(new TagMigration())
        .target(target)
        .load();
  }

  private static List<Migration> newMigrations() throws Exception {
    URL packed =
        InterruptedMigrationTest.class.getResource("/db/migration/common/V1__first_schema.sql");
    try (Stream<Path> files = Files.list(Path.of(packed.toURI()).getParent())) {
      return files
          .map(Migration::of)
          .filter(migration -> migration.version().compareTo(LAST_OLD) > 0)
          .sorted((a, b) -> a.version().compareTo(b.version()))
          .toList();
    }
  }
}
