package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicLong later = new AtomicLong();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TestDatabase testDatabase;
  private Reads reads;

  @BeforeEach
  void open() {
    testDatabase = TestDatabase.h2();
    Revival revival = new Revival(() -> {}, why -> {}, Clock.systemUTC());
    reads =
        new Reads(
            new Transactions(
                testDatabase.database().dataSource(),
                Product.H2,
                new WriteTurns(Product.H2),
                revival),
            1,
            1,
            PATIENCE,
            meters,
            () -> System.nanoTime() + later.get());
  }

  @AfterEach
  void close() {
    goOn.countDown();
    reads.close();
    testDatabase.close();
  }

  private CompletableFuture<Integer> hang() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Integer> hanging =
        reads.submit(
                connection -> {
                  begun.countDown();
                  awaitUninterrupted(goOn);
                  return 1;
                })
            .future;
    begun.await();
    return hanging;
  }

  @Test
  void whoever_waits_too_long_is_told_in_line_or_under_way_and_the_next_is_served()
      throws Exception {
    CompletableFuture<Integer> hanging = hang();
    AtomicBoolean ran = new AtomicBoolean();
    CompletableFuture<Boolean> inLine = reads.submit(c -> ran.getAndSet(true)).future;
    reads.refuseLate();
    assertThat(hanging).isNotDone();
    assertThat(inLine).isNotDone();

    later.addAndGet(PATIENCE.plusSeconds(1).toNanos());
    reads.refuseLate();

    assertTooSlow(hanging);
    assertTooSlow(inLine);
    assertThat(meters.get("storage.refused").tag("work", "read").counter().count()).isEqualTo(2);
    CompletableFuture<Integer> next = reads.submit(connection -> 2).future;
    goOn.countDown();
    assertThat(next.join()).isEqualTo(2);
    assertThat(ran).as("what its caller does not wait for").isFalse();
  }

  @Test
  void one_too_many_is_refused_at_once() throws Exception {
    hang();
    CompletableFuture<Integer> inLine = reads.submit(connection -> 2).future;
    assertTooSlow(reads.submit(connection -> 3).future);
    goOn.countDown();
    assertThat(inLine.join()).isEqualTo(2);
  }

  private static void assertTooSlow(CompletableFuture<?> read) {
    assertThat(read).isCompletedExceptionally();
    assertThatThrownBy(read::join)
        .cause()
        .isInstanceOf(StorageException.class)
        .matches(e -> ((StorageException) e).retryAfter() != null);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
