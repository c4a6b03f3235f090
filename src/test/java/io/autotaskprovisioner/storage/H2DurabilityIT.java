package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.H2Indexes;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The faults that the H2 settings of {@link Product#H2} were chosen for. */
class H2DurabilityIT {

  private static final int KILLS = 2;

  /** The control needs twenty or so; each takes five seconds, so only on demand. */
  private static final int KILLS_OF_PARALLEL_WRITERS = Integer.getInteger("kills.h2", 0);

  private static final int ACKNOWLEDGED_BEFORE_KILL = 500;

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

  /** The control: without the setting the same kill loses rows, so the test above can fail. */
  @Test
  void with_the_write_delay_that_h2_has_by_default_the_same_kill_loses_rows() throws Exception {
    Set<Long> lost = new HashSet<>();
    for (int attempt = 1; attempt <= 3 && lost.isEmpty(); attempt++) {
      testDatabase.stop();
      lost.addAll(runAndKill(attempt * 1_000_000L, "WRITE_DELAY=500"));
      testDatabase.restart();
      lost.removeAll(storedIds());
    }
    assertThat(lost).isNotEmpty();
  }

  @Test
  @EnabledIfSystemProperty(named = "kills.h2", matches = "\\d+")
  void however_many_write_no_index_differs_from_its_table_after_kill_9() throws Exception {
    for (int kill = 1; kill <= KILLS_OF_PARALLEL_WRITERS; kill++) {
      assertThat(differencesAfterKill()).as("after kill %d", kill).isEmpty();
    }
  }

  /** The control: H2 by itself comes to differ, so the test above can fail. */
  @Test
  @EnabledIfSystemProperty(named = "kills.h2", matches = "\\d+")
  void without_turns_an_index_differs_from_its_table_sooner_or_later() throws Exception {
    List<String> differences = List.of();
    for (int kill = 1; kill <= KILLS_OF_PARALLEL_WRITERS && differences.isEmpty(); kill++) {
      differences = differencesAfterKill("by-itself");
    }
    assertThat(differences).isNotEmpty();
  }

  private List<String> differencesAfterKill(String... arguments) throws Exception {
    testDatabase.stop();
    Process child = child(ParallelWriters.class, arguments);
    int commits = new Random().nextInt(100, 400);
    try (InputStream output = child.getInputStream()) {
      output.readNBytes(commits);
    }
    child.destroyForcibly().waitFor();
    testDatabase.restart();
    return testDatabase.database().transaction(H2Indexes::differences);
  }

  /**
   * Between two commits the file is what a kill would leave behind, so a copy of it must hold the
   * last one. The file has to be older than its retention time: from then on H2 writes into freed
   * space, where a commit that the store header does not lead to is never found again.
   */
  @Test
  void a_copy_of_the_file_between_two_commits_holds_the_last_one() throws Exception {
    Path file = testDatabase.settings().h2File().orElseThrow();
    StorageSettings copied =
        StorageSettings.h2(
            Files.createDirectory(testDatabase.directory().resolve("copy")), "sa", "", 1);
    Random sizes = new Random(1);
    long reuseBegins = System.nanoTime() + 5_500_000_000L;
    int checked = 0;
    for (long last = 1; checked < 15; last++) {
      commitRowsOfManySizes(last, sizes);
      if (System.nanoTime() > reuseBegins && last % 20 == 0) {
        Files.copy(file, copied.h2File().orElseThrow(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(newestIdIn(copied)).as("newest commit in the file").isEqualTo(last);
        checked++;
      }
    }
  }

  /** A row of the given id, notes of other rows written and wiped, as a busy table does. */
  private void commitRowsOfManySizes(long id, Random sizes) {
    testDatabase
        .database()
        .transaction(
            connection -> {
              DatabaseSuite.insert(id).run(connection);
              try (PreparedStatement update =
                  connection.prepareStatement("update item set note = ? where id = ?")) {
                for (int row = sizes.nextInt(sizes.nextInt(10) == 0 ? 200 : 8); row >= 0; row--) {
                  update.setString(1, "x".repeat(sizes.nextInt(1_000)));
                  update.setLong(2, Math.max(1, id - row));
                  update.executeUpdate();
                }
              }
              return null;
            });
  }

  private static long newestIdIn(StorageSettings settings) throws SQLException {
    try (Connection connection = DriverManager.getConnection(settings.url(), "sa", "");
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("select max(id) from item")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void a_transaction_sees_its_own_update_in_a_query_that_it_asked_before() {
    testDatabase.execute("insert into item values (1, 'before')");
    List<Boolean> answers =
        testDatabase
            .database()
            .transaction(
                connection -> {
                  try (PreparedStatement exists =
                          connection.prepareStatement(
                              "select exists (select 1 from item where note = ?)");
                      Statement update = connection.createStatement()) {
                    boolean before = isThere(exists, "after");
                    update.execute("update item set note = 'after'");
                    return List.of(before, isThere(exists, "after"));
                  }
                });
    assertThat(answers).containsExactly(false, true);
  }

  private static boolean isThere(PreparedStatement exists, String note) throws SQLException {
    exists.setString(1, note);
    try (ResultSet row = exists.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  @Test
  void an_interrupted_thread_closes_nothing_for_others() throws Exception {
    Database database = testDatabase.database();
    for (int i = 0; i < 20; i++) {
      long id = i;
      CompletableFuture<Boolean> ranInterrupted = new CompletableFuture<>();
      // Interrupted with the connection in hand, so that H2 meets it in the insert and the commit.
      Thread interrupted =
          new Thread(
              () ->
                  database.transaction(
                      connection -> {
                        Thread.currentThread().interrupt();
                        DatabaseSuite.insert(id).run(connection);
                        ranInterrupted.complete(Thread.currentThread().isInterrupted());
                        return null;
                      }));
      // H2 may refuse the interrupted one; what counts is that the others go on.
      interrupted.setUncaughtExceptionHandler((thread, refused) -> ranInterrupted.complete(true));
      interrupted.start();
      interrupted.join();
      assertThat(ranInterrupted).isCompletedWithValue(true);
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
    long end = System.nanoTime() + 6_500_000_000L;
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
    // 6.5 s hold a whole retention time of 5 s, after which space is used again.
    assertThat(updates).isGreaterThan(1_000);
    assertThat(Files.size(file)).as("after %d updates", updates).isLessThan(200L << 20);
  }

  @Test
  void what_is_left_in_old_chunks_is_put_together_so_that_their_space_is_used_again() {
    testDatabase.execute(
        "insert into item select x, repeat('x', 300) from generate_series(1, 20000) g(x)");
    for (int part = 1; part < 10; part++) {
      testDatabase.execute("delete from item where mod(id * 7919, 10) = %d".formatted(part));
    }
    assertThat(chunksFillRate()).isLessThan(40);

    await().atMost(Duration.ofMinutes(1)).until(() -> chunksFillRate() >= 40);

    assertThat(testDatabase.number("select count(*) from item")).isEqualTo(2_000);
  }

  /** Percent of what the file holds that is alive. */
  private long chunksFillRate() {
    return testDatabase.number(
        "select cast(setting_value as bigint) from information_schema.settings"
            + " where setting_name = 'info.CHUNKS_FILL_RATE'");
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

  private Set<Long> runAndKill(long first, String... urlSettings) throws Exception {
    Process child = child(first, urlSettings);
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

  private Process child(long first, String... urlSettings) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(Long.toString(first)));
    arguments.addAll(List.of(urlSettings));
    return child(NumberedCommits.class, arguments.toArray(String[]::new));
  }

  private Process child(Class<?> program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                testDatabase.directory().toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
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
