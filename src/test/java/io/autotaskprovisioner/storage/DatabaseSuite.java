package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseSuite {

  private TestDatabase testDatabase;
  private Database database;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() {
    testDatabase = open();
    database = testDatabase.database();
    testDatabase.execute("create table item (id bigint primary key)");
  }

  @AfterAll
  void closeDatabase() {
    testDatabase.close();
  }

  @BeforeEach
  void empty() {
    testDatabase.clear();
  }

  @Test
  void one_bad_write_harms_no_neighbour() {
    List<CompletableFuture<Long>> writes = new ArrayList<>();
    for (long id = 0; id < 500; id++) {
      // Every hundredth takes an id that is already taken.
      long value = id % 100 == 99 ? id - 1 : id;
      writes.add(database.write(insert(value)));
    }
    int failed = 0;
    for (CompletableFuture<Long> write : writes) {
      try {
        write.join();
      } catch (CompletionException e) {
        failed++;
        assertThat(e).hasCauseInstanceOf(StorageException.class);
        assertThat(((StorageException) e.getCause()).outcomeUnknown()).isFalse();
      }
    }
    assertThat(failed).isEqualTo(5);
    assertThat(testDatabase.number("select count(*) from item")).isEqualTo(495);
  }

  @Test
  void what_a_write_throws_reaches_its_caller_and_leaves_nothing() {
    CompletableFuture<Object> write =
        database.write(
            connection -> {
              insert(1).run(connection);
              throw new IllegalArgumentException("not this one");
            });
    assertThatThrownBy(write::join).hasRootCauseMessage("not this one");
    assertThat(testDatabase.number("select count(*) from item")).isZero();
  }

  @Test
  void ids_asked_for_inside_writes_and_by_many_threads_are_unique() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<Long>>> lists =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              IntStream.range(0, 1500)
                                  .mapToObj(n -> database.nextId(Sequence.ACCOUNT))
                                  .toList()))
              .toList();
      List<CompletableFuture<Long>> writes =
          IntStream.range(0, 500)
              .mapToObj(i -> database.write(connection -> database.nextId(Sequence.ACCOUNT)))
              .toList();
      Set<Long> ids = new HashSet<>();
      for (Future<List<Long>> list : lists) {
        ids.addAll(list.get());
      }
      writes.forEach(write -> ids.add(write.join()));
      assertThat(ids).hasSize(8 * 1500 + 500);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void data_and_keys_are_there_after_a_restart() {
    byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
    byte[] sealed = testDatabase.keyRing().seal(secret, "item.id:1");
    byte[] hash = testDatabase.keyRing().hash("item", secret);
    database.write(insert(1)).join();
    testDatabase.restart();
    database = testDatabase.database();
    assertThat(testDatabase.number("select count(*) from item")).isEqualTo(1);
    assertThat(testDatabase.keyRing().open(sealed, "item.id:1")).isEqualTo(secret);
    assertThat(testDatabase.keyRing().hash("item", secret)).isEqualTo(hash);
  }

  static SqlWork<Long> insert(long id) {
    return connection -> {
      try (PreparedStatement insert =
          connection.prepareStatement("insert into item (id) values (?)")) {
        insert.setLong(1, id);
        insert.executeUpdate();
        return id;
      }
    };
  }
}
