package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private static final int CAPACITY = 4;

  private final CountDownLatch goOn = new CountDownLatch(1);
  private TestDatabase testDatabase;
  private GroupCommit writes;

  @BeforeEach
  void open() {
    testDatabase = TestDatabase.h2();
    testDatabase.execute("create table item (id bigint primary key)");
    Revival revival = new Revival(() -> {}, why -> {}, Clock.systemUTC());
    writes =
        new GroupCommit(
            new Transactions(testDatabase.database().dataSource(), Product.H2, revival),
            CAPACITY,
            new SimpleMeterRegistry());
  }

  @AfterEach
  void close() {
    goOn.countDown();
    writes.close();
    testDatabase.close();
  }

  /** A write that keeps the writer busy, and as many behind it as may wait. */
  private List<CompletableFuture<Long>> fill() throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    writes.submit(
        connection -> {
          busy.countDown();
          awaitUninterrupted(goOn);
          return null;
        });
    busy.await();
    return LongStream.rangeClosed(1, CAPACITY)
        .mapToObj(id -> writes.submit(DatabaseSuite.insert(id)))
        .toList();
  }

  @Test
  void a_write_too_many_is_refused_at_once_and_harms_none_that_wait() throws Exception {
    List<CompletableFuture<Long>> waiting = fill();

    CompletableFuture<Long> tooMany = writes.submit(DatabaseSuite.insert(99));

    assertThat(tooMany).isCompletedExceptionally();
    assertThatThrownBy(tooMany::join)
        .cause()
        .isInstanceOf(StorageException.class)
        .hasMessage("Too many writes wait for the database")
        .matches(e -> !((StorageException) e).outcomeUnknown());
    goOn.countDown();
    assertThat(waiting).extracting(CompletableFuture::join).containsExactly(1L, 2L, 3L, 4L);
    assertThat(testDatabase.number("select count(*) from item")).isEqualTo(CAPACITY);
  }

  @Test
  void closing_writes_all_that_waits_and_refuses_what_comes_after() throws Exception {
    List<CompletableFuture<Long>> waiting = fill();
    Thread closing = new Thread(writes::close);
    closing.start();
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> writes.submit(DatabaseSuite.insert(99)).join())
                    .hasMessageContaining("The database is being closed"));
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    goOn.countDown();
    closing.join();

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(waiting).extracting(CompletableFuture::join).containsExactly(1L, 2L, 3L, 4L);
    assertThat(testDatabase.number("select count(*) from item")).isEqualTo(CAPACITY);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
