package io.autotaskprovisioner.autotask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.autotaskprovisioner.autotask.CallBudget.Key;
import io.autotaskprovisioner.autotask.CallBudget.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallBudgetTest {

  private static final Key KEY = new Key("code", "ThresholdInformation", "ci:1");

  private final CallBudget budget = new CallBudget();

  @Test
  void three_pass_and_the_others_follow_in_order() {
    List<CompletableFuture<Permit>> places = take(KEY, 6);
    assertThat(places.subList(0, 3)).allMatch(CompletableFuture::isDone);
    assertThat(places.subList(3, 6)).noneMatch(CompletableFuture::isDone);

    places.get(1).join().close();
    assertThat(places.get(3)).isDone();
    assertThat(places.get(4)).isNotDone();
    places.get(3).join().close();
    assertThat(places.get(4)).isDone();
    assertThat(places.get(5)).isNotDone();
  }

  @Test
  void a_permit_closed_twice_gives_one_slot_back() {
    List<CompletableFuture<Permit>> places = take(KEY, 5);

    places.get(0).join().close();
    places.get(0).join().close();

    assertThat(places.get(3)).isDone();
    assertThat(places.get(4)).isNotDone();
  }

  @Test
  void the_65th_waiter_of_a_tenant_is_refused_whatever_its_code() {
    take(KEY, 3 + 40);
    take(new Key("other code", KEY.endpoint(), KEY.tenant()), 3 + 24);

    CompletableFuture<Permit> refused = budget.acquire(KEY, 3, 64);

    AutotaskException failure =
        (AutotaskException)
            catchThrowableOfType(CompletionException.class, refused::join).getCause();
    assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
    assertThat(failure.retryAfter()).isPositive();
    assertThat(budget.acquire(new Key("code", KEY.endpoint(), "ci:2"), 3, 64)).isDone();
  }

  @Test
  void whoever_gives_up_leaves_nothing_behind() {
    List<CompletableFuture<Permit>> places = take(KEY, 10);

    places.subList(3, 9).forEach(place -> place.cancel(false));
    places.get(0).join().close();

    assertThat(places.get(9)).as("the only one still waiting").isCompleted();
    places.get(1).join().close();
    places.get(2).join().close();
    places.get(9).join().close();
    assertThat(budget.inUse()).isZero();
  }

  @Test
  void no_slot_is_lost_or_doubled_under_contention() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger served = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int i = 0; i < 4000; i++) {
      int number = i;
      threads.execute(
          () -> {
            CompletableFuture<Permit> place = budget.acquire(KEY, 3, 10_000);
            place.thenAcceptAsync(
                permit -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  running.decrementAndGet();
                  served.incrementAndGet();
                  permit.close();
                });
            if (number % 3 == 0) {
              place.cancel(false);
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(budget.inUse()).isZero());
    assertThat(most.get()).isBetween(1, 3);
    assertThat(served.get()).isGreaterThan(2600);
  }

  private List<CompletableFuture<Permit>> take(Key key, int count) {
    return new ArrayList<>(
        IntStream.range(0, count).mapToObj(i -> budget.acquire(key, 3, 64)).toList());
  }
}
