package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.delivery.Claim.Claimed;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockingSenderTest {

  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final List<PostAnswer> answers = new CopyOnWriteArrayList<>();
  private BlockingSender sender;

  @BeforeEach
  void open() {
    Destination destination =
        new Destination(
            "hangs",
            new Target.Endpoint(EndpointUri.parse("direct:hangs")),
            Set.of(),
            false,
            2,
            Duration.ofMillis(200));
    sender =
        new BlockingSender(
            vertx,
            destination,
            getClass().getClassLoader(),
            post -> {
              try {
                letGo.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return PostAnswer.taken();
            });
  }

  @AfterEach
  void close() {
    letGo.countDown();
    sender.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void what_finds_no_thread_in_time_is_answered_once_and_forgotten() {
    for (int id = 1; id <= 50; id++) {
      sender.send(post(id), answers::add);
    }

    await().untilAsserted(() -> assertThat(answers).hasSize(50));
    assertThat(answers).noneMatch(PostAnswer::accepted);
    await().untilAsserted(() -> assertThat(sender.waiting()).isZero());
    letGo.countDown();
    sender.send(post(51), answers::add);
    await().untilAsserted(() -> assertThat(answers).hasSize(51));
    assertThat(answers.get(50).accepted()).isTrue();
  }

  private static Post post(long id) {
    StoredEvent event =
        new StoredEvent(id, InstanceEvent.PROVISIONED, id, Instant.EPOCH, "{\"instance\":{}}");
    return new Post(
        new Claimed(id, 1, 0, event),
        new Post.Lease(1, Duration.ofMinutes(1).toNanos(), System.nanoTime()),
        new byte[0]);
  }
}
