package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockingTest {

  private final AtomicLong nanos = new AtomicLong();
  private final CompletableFuture<String> first = new CompletableFuture<>();
  private final Blocking blocking =
      new Blocking("test-blocking", 1, 2, Duration.ofSeconds(15), nanos::get);

  @AfterEach
  void stop() {
    first.complete("done");
    blocking.stop();
  }

  @Test
  void what_waited_until_its_caller_was_answered_is_not_begun() {
    AtomicBoolean begun = new AtomicBoolean();
    CompletableFuture<Void> started = new CompletableFuture<>();
    CompletableFuture<String> running =
        blocking.call(
            () -> {
              started.complete(null);
              return first.join();
            });
    started.join();
    CompletableFuture<String> abandoned =
        blocking.call(
            () -> {
              begun.set(true);
              return "late";
            });
    nanos.addAndGet(Duration.ofSeconds(16).toNanos());
    CompletableFuture<String> fresh = blocking.call(() -> "fresh");

    first.complete("done");

    assertThat(running.join()).isEqualTo("done");
    assertThat(fresh.join()).isEqualTo("fresh");
    assertBusy(abandoned);
    assertThat(begun).isFalse();
  }

  @Test
  void more_than_the_queue_holds_is_refused_at_once() {
    blocking.call(first::join);
    blocking.call(() -> "second");
    blocking.call(() -> "third");

    assertBusy(blocking.call(() -> "fourth"));
  }

  private static void assertBusy(CompletableFuture<String> call) {
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.statusCode()).isEqualTo(503));
  }
}
