package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a server, and what is told then. */
class PostgresFaultsTest {

  private static TestDatabase testDatabase;
  private Database database;

  @BeforeAll
  static void openDatabase() {
    testDatabase = TestDatabase.postgres();
    testDatabase.execute("create table item (id bigint primary key, hits integer default 0)");
  }

  @AfterAll
  static void closeDatabase() {
    testDatabase.close();
  }

  @BeforeEach
  void empty() {
    testDatabase.clear();
    database = testDatabase.database();
    testDatabase.execute("insert into item (id) values (1), (2)");
  }

  @Test
  void a_connection_that_dies_before_its_commit_is_answered_leaves_the_outcome_unknown() {
    CompletableFuture<Long> write =
        database.write(
            connection -> {
              DatabaseSuite.insert(3).run(connection);
              terminate(backend(connection));
              return 3L;
            });
    assertThatThrownBy(write::join)
        .cause()
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("whether it took place is unknown")
        .matches(e -> ((StorageException) e).outcomeUnknown());
    assertThat(database.write(DatabaseSuite.insert(4)).join()).isEqualTo(4);
  }

  @Test
  void a_connection_that_dies_before_the_commit_is_sent_has_certainly_changed_nothing() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(
            () ->
                database.transaction(
                    connection -> {
                      runs.incrementAndGet();
                      DatabaseSuite.insert(3).run(connection);
                      terminate(backend(connection));
                      return DatabaseSuite.insert(4).run(connection);
                    }))
        .isInstanceOf(StorageException.class)
        .matches(e -> !((StorageException) e).outcomeUnknown());
    assertThat(runs).hasValue(1);
    assertThat(testDatabase.number("select count(*) from item where id > 2")).isZero();
  }

  @Test
  void of_two_that_wait_for_each_other_the_victim_is_run_again() {
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    AtomicInteger runs = new AtomicInteger();
    CompletableFuture<Void> one =
        CompletableFuture.runAsync(() -> inOrder(1, 2, bothHoldOne, runs));
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> inOrder(2, 1, bothHoldOne, runs));
    CompletableFuture.allOf(one, other).join();
    assertThat(runs).hasValueGreaterThanOrEqualTo(3);
    assertThat(testDatabase.number("select min(hits) from item")).isEqualTo(2);
    assertThat(testDatabase.number("select max(hits) from item")).isEqualTo(2);
  }

  private void inOrder(int first, int second, CountDownLatch bothHoldOne, AtomicInteger runs) {
    database.transaction(
        connection -> {
          runs.incrementAndGet();
          hit(connection, first);
          bothHoldOne.countDown();
          awaitLatch(bothHoldOne);
          hit(connection, second);
          return null;
        });
  }

  @Test
  void writes_that_touch_the_same_counters_in_opposite_order_never_disturb_each_other() {
    AtomicInteger runs = new AtomicInteger();
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      int batch = i / 7 % 2 + 1;
      writes.add(
          database.write(
              connection -> {
                runs.incrementAndGet();
                hit(connection, batch);
                return null;
              }));
    }
    writes.forEach(CompletableFuture::join);
    assertThat(testDatabase.number("select sum(hits) from item")).isEqualTo(2000);
    assertThat(runs).as("no group had to be tried again").hasValue(2000);
  }

  @Test
  void the_ids_of_two_processes_never_meet() {
    JdbcDatabase other = JdbcDatabase.open(testDatabase.settings(), registry(), why -> {});
    try {
      Set<Long> ids = new HashSet<>();
      for (int i = 0; i < 550; i++) {
        ids.add(database.nextId(Sequence.ACCOUNT));
        ids.add(other.nextId(Sequence.ACCOUNT));
      }
      assertThat(ids).hasSize(2 * 550);
    } finally {
      other.stop();
    }
  }

  @Test
  void a_wrong_password_names_its_setting() throws Exception {
    requirePassword("locked");
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> open(url(), "locked", "wrong"))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining(
                        "Setting storage.user or storage.password: PostgreSQL refuses this login (SQLState 28P01)")
                    .hasMessageNotContaining("wrong"));
  }

  @Test
  void a_missing_database_is_said_to_be_missing() {
    assertThatThrownBy(() -> open(url().replaceAll("/[^/]*$", "/absent"), "postgres", "postgres"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "Setting storage.url names a database that does not exist: create it or correct the name.");
  }

  @Test
  void a_server_that_does_not_answer_is_said_not_to() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    assertThatThrownBy(
            () -> open("jdbc:postgresql://127.0.0.1:" + closed + "/x", "postgres", "postgres"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("Setting storage.url: PostgreSQL does not answer there");
  }

  @Test
  void a_data_directory_that_is_a_file_is_named(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("data"));
    assertThatThrownBy(
            () -> JdbcDatabase.open(StorageSettings.h2(file, "sa", "", 4), registry(), why -> {}))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("Setting data.directory: " + file + " cannot be written to");
  }

  private static SimpleMeterRegistry registry() {
    return new SimpleMeterRegistry();
  }

  private static void open(String url, String user, String password) {
    JdbcDatabase.open(
            new StorageSettings(testDatabase.directory(), url, user, password, 4),
            registry(),
            why -> {})
        .stop();
  }

  /** Without the user, which would win over the setting. */
  private static String url() {
    return testDatabase.settings().url().replaceAll("\\?.*", "");
  }

  /** The test server trusts everybody but this new user. */
  private void requirePassword(String user) throws Exception {
    testDatabase.execute("create role " + user + " login password 'right'");
    String place =
        database.transaction(
            connection -> {
              try (Statement show = connection.createStatement();
                  var row = show.executeQuery("show hba_file")) {
                row.next();
                return row.getString(1);
              }
            });
    Path rules = Path.of(place);
    Files.writeString(rules, "host all " + user + " all scram-sha-256\n" + Files.readString(rules));
    testDatabase.execute("select pg_reload_conf()");
  }

  private static void hit(Connection connection, int id) throws SQLException {
    try (Statement update = connection.createStatement()) {
      update.executeUpdate("update item set hits = hits + 1 where id = " + id);
    }
  }

  private static long backend(Connection connection) throws SQLException {
    try (Statement ask = connection.createStatement();
        var row = ask.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void terminate(long backend) {
    testDatabase.execute("select pg_terminate_backend(" + backend + ")");
    String alive = "select count(*) from pg_stat_activity where pid = " + backend;
    await().until(() -> testDatabase.number(alive) == 0);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
