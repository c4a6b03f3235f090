package io.autotaskprovisioner.delivery;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the posts of one destination in parallel, up to its concurrency. Thread-safe: everything
 * happens on one event loop, since a client called from a foreign thread lost completions.
 */
final class PostQueue {

  private final Context context;
  private final EventSender sender;
  private final int concurrency;
  private final BiConsumer<Post, PostAnswer> answered;
  private final Consumer<Post> unsent;

  // Touched on the event loop only.
  private final Queue<Post> waiting = new ArrayDeque<>();
  private int underWay;

  /** Posts taken in and not yet handed back, and those of them that are not yet sent. */
  private final AtomicInteger open = new AtomicInteger();

  private final AtomicInteger waitingCount = new AtomicInteger();

  /** Makes the queue for the loop that listens to it. */
  @FunctionalInterface
  interface Maker {
    PostQueue make(BiConsumer<Post, PostAnswer> answered, Consumer<Post> unsent);
  }

  /**
   * @param answered called on the event loop for each post that was sent
   * @param unsent called on the event loop for each post handed back without being sent
   */
  PostQueue(
      Vertx vertx,
      EventSender sender,
      int concurrency,
      BiConsumer<Post, PostAnswer> answered,
      Consumer<Post> unsent) {
    this.context = vertx.getOrCreateContext();
    this.sender = sender;
    this.concurrency = concurrency;
    this.answered = answered;
    this.unsent = unsent;
  }

  void add(List<Post> posts) {
    open.addAndGet(posts.size());
    waitingCount.addAndGet(posts.size());
    context.runOnContext(
        nothing -> {
          waiting.addAll(posts);
          sendNext();
        });
  }

  /** Hands back what is not yet sent; posts under way go on. */
  void handBackWaiting() {
    context.runOnContext(
        nothing -> {
          Post post;
          while ((post = take()) != null) {
            handBack(post);
          }
        });
  }

  int waiting() {
    return waitingCount.get();
  }

  boolean isEmpty() {
    return open.get() == 0;
  }

  private void sendNext() {
    while (underWay < concurrency) {
      Post post = take();
      if (post == null) {
        return;
      }
      if (post.leaseOver()) {
        handBack(post);
      } else {
        send(post);
      }
    }
  }

  private void send(Post post) {
    underWay++;
    sender.send(
        post,
        answer -> {
          underWay--;
          answered.accept(post, answer);
          open.decrementAndGet();
          // Not from within the callback: a client that fails at once would deepen the stack.
          context.runOnContext(nothing -> sendNext());
        });
  }

  private void handBack(Post post) {
    unsent.accept(post);
    open.decrementAndGet();
  }

  private @Nullable Post take() {
    Post post = waiting.poll();
    if (post != null) {
      waitingCount.decrementAndGet();
    }
    return post;
  }
}
