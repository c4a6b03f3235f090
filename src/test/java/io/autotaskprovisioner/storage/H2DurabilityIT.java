package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The faults that the H2 settings of {@link Product#H2} were chosen for. */
class H2DurabilityIT {

  private static final int KILLS = 3;
  private static final int ACKNOWLEDGED_BEFORE_KILL = 1_000;

  private TestDatabase testDatabase;

  @BeforeEach
  void open() {
    testDatabase = TestDatabase.h2();
    testDatabase.execute("create table item (id bigint primary key, note varchar(1000))");
  }

  @AfterEach
  void close() {
    testDatabase.close();
  }

  @Test
  void every_acknowledged_row_survives_kill_9_under_load() throws Exception {
    Set<Long> acknowledged = new HashSet<>();
    for (int kill = 1; kill <= KILLS; kill++) {
      testDatabase.stop();
      acknowledged.addAll(runAndKill(kill * 1_000_000L));
      testDatabase.restart();
      assertThat(storedIds()).as("after kill %d", kill).containsAll(acknowledged);
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * ACKNOWLEDGED_BEFORE_KILL);
  }

  @Test
  void an_interrupted_thread_closes_nothing_for_others() throws Exception {
    Database database = testDatabase.database();
    for (int i = 0; i < 20; i++) {
      long id = i;
      Thread interrupted =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                database.transaction(DatabaseSuite.insert(id));
              });
      // Hikari may refuse an interrupted caller; what counts is that the others go on.
      interrupted.setUncaughtExceptionHandler((thread, refused) -> {});
      interrupted.start();
      interrupted.join();
      assertThat(database.write(DatabaseSuite.insert(1_000 + id)).join()).isEqualTo(1_000 + id);
    }
    assertThat(testDatabase.number("select count(*) from item where id >= 1000")).isEqualTo(20);
  }

  @Test
  void a_database_that_has_closed_itself_is_opened_again() {
    Database database = testDatabase.database();
    database.write(DatabaseSuite.insert(1)).join();
    try {
      testDatabase.execute("shutdown immediately");
    } catch (StorageException expected) {
      assertThat(expected).hasMessageContaining("database");
    }
    try {
      database.transaction(DatabaseSuite.insert(2));
    } catch (StorageException told) {
      database.transaction(DatabaseSuite.insert(2));
    }
    assertThat(storedIds()).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void the_file_of_a_busy_small_table_stays_small() throws Exception {
    Database database = testDatabase.database();
    database.write(DatabaseSuite.insert(1)).join();
    long end = System.nanoTime() + 8_000_000_000L;
    int updates = 0;
    while (System.nanoTime() < end) {
      List<CompletableFuture<Integer>> group = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        group.add(
            database.write(
                connection -> {
                  try (Statement update = connection.createStatement()) {
                    return update.executeUpdate(
                        "update item set note = repeat(cast(random_uuid() as varchar), 20)");
                  }
                }));
      }
      group.forEach(CompletableFuture::join);
      updates += group.size();
    }
    Path file = testDatabase.settings().h2File().orElseThrow();
    // 8 s hold a whole retention time of 5 s, after which space is used again.
    assertThat(updates).isGreaterThan(1_000);
    assertThat(Files.size(file)).as("after %d updates", updates).isLessThan(200L << 20);
  }

  @Test
  void a_second_process_is_told_what_to_do() throws Exception {
    Process second = child(0);
    String output = new String(second.getErrorStream().readAllBytes());
    assertThat(second.waitFor()).isNotZero();
    assertThat(output)
        .contains("Setting data.directory: another process has")
        .contains("stop it, or give this one another directory");
  }

  @Test
  void a_wrong_password_names_its_setting() {
    testDatabase.stop();
    StorageSettings wrong = StorageSettings.h2(testDatabase.directory(), "sa", "wrong", 4);
    assertThatThrownBy(() -> JdbcDatabase.open(wrong, new SimpleMeterRegistry(), why -> {}))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("storage.password");
    testDatabase.restart();
  }

  private Set<Long> runAndKill(long first) throws Exception {
    Process child = child(first);
    Set<Long> acknowledged = new HashSet<>();
    try (BufferedReader output = child.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.matches("\\d{7}")) {
          acknowledged.add(Long.parseLong(line));
        }
        if (acknowledged.size() == ACKNOWLEDGED_BEFORE_KILL) {
          child.destroyForcibly();
        }
      }
    } catch (IOException closedByKill) {
      assertThat(child.waitFor()).isEqualTo(137);
    }
    assertThat(child.waitFor()).as("exit by SIGKILL").isEqualTo(137);
    return acknowledged;
  }

  private Process child(long first) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            NumberedCommits.class.getName(),
            testDatabase.directory().toString(),
            Long.toString(first))
        .start();
  }

  private Set<Long> storedIds() {
    return testDatabase
        .database()
        .transaction(
            connection -> {
              Set<Long> ids = new HashSet<>();
              try (Statement select = connection.createStatement();
                  ResultSet rows = select.executeQuery("select id from item")) {
                while (rows.next()) {
                  assertThat(ids.add(rows.getLong(1))).isTrue();
                }
              }
              return ids;
            });
  }
}
