package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One after the other on H2, all at once on a server, and whoever reads waits for nobody. */
class WriteTurnsTest {

  private static TestDatabase h2;

  @BeforeAll
  static void open() {
    h2 = TestDatabase.h2();
  }

  @AfterAll
  static void close() {
    h2.close();
  }

  private final CountDownLatch goOn = new CountDownLatch(1);

  private static <T> T within(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Integer> elsewhere(Callable<Integer> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static int byOwnSql(Database database, Callable<Integer> work) throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      return work.call();
    }
  }

  private static List<CompletableFuture<Integer>> writers(Database database) {
    return List.of(
        elsewhere(() -> database.transaction(connection -> 1)),
        database.write(connection -> 1),
        elsewhere(() -> byOwnSql(database, () -> 1)));
  }

  /** Begins to write, and goes on when told so. */
  private CompletableFuture<Integer> held(Database database, boolean byOwnSql) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Callable<Integer> holding =
        () -> {
          begun.countDown();
          goOn.await();
          return 1;
        };
    CompletableFuture<Integer> held =
        elsewhere(
            () ->
                byOwnSql
                    ? byOwnSql(database, holding)
                    : database.transaction(connection -> called(holding)));
    begun.await();
    return held;
  }

  private static int called(Callable<Integer> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertThatOthersWaitFor(Database database, boolean byOwnSql) throws Exception {
    CompletableFuture<Integer> held = held(database, byOwnSql);
    List<CompletableFuture<Integer>> writers = writers(database);
    int read = database.query(connection -> 2);
    assertThat(read).isEqualTo(2);
    assertThat(within(database.<Integer>read(connection -> 3))).isEqualTo(3);
    // Long enough for whoever does not wait.
    assertThatThrownBy(
            () ->
                CompletableFuture.anyOf(writers.toArray(CompletableFuture[]::new))
                    .get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    goOn.countDown();

    assertThat(within(held)).isEqualTo(1);
    for (CompletableFuture<Integer> writer : writers) {
      assertThat(within(writer)).isEqualTo(1);
    }
  }

  @Test
  void while_a_transaction_writes_to_h2_others_wait_and_readers_do_not() throws Exception {
    assertThatOthersWaitFor(h2.database(), false);
  }

  @Test
  void a_component_with_sql_of_its_own_has_its_turn_like_all_others() throws Exception {
    assertThatOthersWaitFor(h2.database(), true);
  }

  @Test
  void to_a_server_all_write_at_once() throws Exception {
    try (TestDatabase postgres = TestDatabase.postgres()) {
      CompletableFuture<Integer> held = held(postgres.database(), true);
      for (CompletableFuture<Integer> writer : writers(postgres.database())) {
        assertThat(within(writer)).isEqualTo(1);
      }
      goOn.countDown();
      assertThat(within(held)).isEqualTo(1);
    }
  }

  @Test
  void a_turn_is_given_back_once_whatever_happens_and_may_be_had_twice() throws Exception {
    Database database = h2.database();
    assertThatThrownBy(
            () ->
                database.transaction(
                    connection -> {
                      throw new SQLException("refused", "42000");
                    }))
        .isInstanceOf(StorageException.class);
    Connection closedTwice = database.dataSource().getConnection();
    closedTwice.close();
    closedTwice.close();
    assertThatThrownBy(() -> database.dataSource().getConnection("sa", "wrong"))
        .isInstanceOf(SQLException.class);
    assertThat(byOwnSql(database, () -> database.transaction(connection -> 4))).isEqualTo(4);

    for (CompletableFuture<Integer> writer : writers(database)) {
      assertThat(within(writer)).isEqualTo(1);
    }
  }
}
