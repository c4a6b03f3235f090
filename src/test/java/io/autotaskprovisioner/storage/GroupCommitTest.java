package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {

  private static final int CAPACITY = 4;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong later = new AtomicLong();
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
            new Transactions(
                testDatabase.database().dataSource(),
                Product.H2,
                new WriteTurns(Product.H2),
                revival),
            CAPACITY,
            meters,
            () -> System.nanoTime() + later.get());
  }

  @AfterEach
  void close() {
    goOn.countDown();
    writes.close();
    testDatabase.close();
  }

  private <T> CompletableFuture<T> submit(SqlWork<T> work) {
    return writes.submit(work, QueuedWork.EVER);
  }

  /** A write that keeps the writer busy, and so many behind it. */
  private List<CompletableFuture<Long>> fill(int waiting) throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(1);
    submit(
        connection -> {
          busy.countDown();
          awaitUninterrupted(goOn);
          return null;
        });
    busy.await();
    return LongStream.rangeClosed(1, waiting)
        .mapToObj(id -> submit(DatabaseSuite.insert(id)))
        .toList();
  }

  @Test
  void a_write_too_many_is_refused_at_once_and_harms_none_that_wait() throws Exception {
    List<CompletableFuture<Long>> waiting = fill(CAPACITY);

    CompletableFuture<Long> tooMany = submit(DatabaseSuite.insert(99));

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
    List<CompletableFuture<Long>> waiting = fill(CAPACITY);
    Thread closing = new Thread(writes::close);
    closing.start();
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> submit(DatabaseSuite.insert(99)).join())
                    .hasMessageContaining("The database is being closed"));
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    goOn.countDown();
    closing.join();

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(waiting).extracting(CompletableFuture::join).containsExactly(1L, 2L, 3L, 4L);
    assertThat(testDatabase.number("select count(*) from item")).isEqualTo(CAPACITY);
  }

  @Test
  void a_write_that_has_not_begun_when_its_caller_stops_waiting_never_begins() throws Exception {
    fill(CAPACITY - 1);
    CompletableFuture<Long> impatient =
        writes.submit(DatabaseSuite.insert(99), Duration.ofSeconds(5));
    assertThat(impatient).isNotDone();

    later.addAndGet(Duration.ofSeconds(6).toNanos());
    writes.refuseLate();

    assertThatThrownBy(impatient::join)
        .cause()
        .isInstanceOf(StorageException.class)
        .matches(e -> ((StorageException) e).retryAfter() != null)
        .matches(e -> !((StorageException) e).outcomeUnknown());
    goOn.countDown();
    await().until(() -> testDatabase.number("select count(*) from item") == CAPACITY - 1);
    writes.close();
    assertThat(testDatabase.number("select count(*) from item where id = 99")).isZero();
  }

  @Test
  void a_write_that_could_not_be_done_in_time_is_refused_at_once_and_others_wait()
      throws Exception {
    fill(CAPACITY - 1);
    later.addAndGet(Duration.ofSeconds(7).toNanos());

    CompletableFuture<Long> refused =
        writes.submit(DatabaseSuite.insert(98), Duration.ofSeconds(5));
    CompletableFuture<Long> patient = submit(DatabaseSuite.insert(99));

    assertThatThrownBy(refused::join)
        .cause()
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(7)));
    goOn.countDown();
    assertThat(patient.join()).isEqualTo(99);
    assertThat(testDatabase.number("select count(*) from item where id = 98")).isZero();
  }

  @Test
  void where_writes_become_slow_a_group_ends_early_and_the_others_follow_in_the_next()
      throws Exception {
    fill(0);
    List<CompletableFuture<Long>> slow =
        LongStream.rangeClosed(1, CAPACITY)
            .mapToObj(
                id ->
                    submit(
                        connection -> {
                          later.addAndGet(Duration.ofMillis(600).toNanos());
                          return DatabaseSuite.insert(id).run(connection);
                        }))
            .toList();
    goOn.countDown();
    assertThat(slow).extracting(CompletableFuture::join).containsExactly(1L, 2L, 3L, 4L);
    assertThat(testDatabase.number("select count(*) from item")).isEqualTo(CAPACITY);
    assertThat(meters.get("storage.write.group").summary().max()).isEqualTo(2);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
