package io.autotaskprovisioner.delivery;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes attempts that block, on threads of this destination alone and as many as its concurrency.
 * An attempt that does not end in time is answered as failed while its thread stays with it: no
 * thread is interrupted, since an interrupt inside JDBC can close an H2 database for everybody, and
 * none is replaced, so that an endpoint that hangs for ever costs a fixed number of them. What then
 * finds no free thread in time fails too, unsent, and follows the retry schedule in sight of all.
 */
final class BlockingSender implements EventSender {

  private static final Logger LOG = LoggerFactory.getLogger(BlockingSender.class);

  /** One attempt on the calling thread. */
  interface Attempt {

    /** As {@link EventSender#open}. */
    default void open() {}

    PostAnswer make(Post post);

    default void close() {}
  }

  private enum State {
    WAITING,
    RUNNING,
    OVER
  }

  private final Vertx vertx;
  private final String destination;
  private final Duration timeout;
  private final Attempt attempt;
  private final ThreadPoolExecutor threads;

  BlockingSender(Vertx vertx, Destination destination, ClassLoader classLoader, Attempt attempt) {
    this.vertx = vertx;
    this.destination = destination.name();
    this.timeout = destination.timeout();
    this.attempt = attempt;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            destination.concurrency(),
            destination.concurrency(),
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread =
                  new Thread(
                      work, "deliver-%s-%d".formatted(this.destination, number.incrementAndGet()));
              thread.setDaemon(true);
              thread.setContextClassLoader(classLoader);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void open() {
    attempt.open();
  }

  @Override
  public void send(Post post, Consumer<PostAnswer> ended) {
    threads.execute(new Task(post, ended));
  }

  /** One attempt from the moment it waits for a thread; answers once, on the caller's loop. */
  private final class Task implements Runnable {

    private final Post post;
    private final Consumer<PostAnswer> ended;
    private final Context loop = vertx.getOrCreateContext();
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final long timer = vertx.setTimer(Math.max(1, timeout.toMillis()), id -> isLate());

    Task(Post post, Consumer<PostAnswer> ended) {
      this.post = post;
      this.ended = ended;
    }

    @Override
    public void run() {
      if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
        return;
      }
      PostAnswer answer = made(post);
      if (state.compareAndSet(State.RUNNING, State.OVER)) {
        loop.runOnContext(
            nothing -> {
              vertx.cancelTimer(timer);
              ended.accept(answer);
            });
      } else {
        LOG.info(
            "An attempt of delivery {} to {} ended after its timeout ({}); it counts as failed",
            post.delivery().id(),
            destination,
            answer.accepted() ? "taken: the receiver may see the event twice" : "not taken");
      }
    }

    private void isLate() {
      State reached = state.getAndSet(State.OVER);
      if (reached == State.RUNNING) {
        ended.accept(PostAnswer.failed("No answer within %d ms".formatted(timeout.toMillis())));
      } else if (reached == State.WAITING) {
        // While all threads hang, the queue would else keep every post there ever was.
        threads.remove(this);
        ended.accept(
            PostAnswer.failed(
                "Not sent within %d ms: all %d threads of the destination still wait for earlier attempts"
                    .formatted(timeout.toMillis(), threads.getMaximumPoolSize())));
      }
    }
  }

  private PostAnswer made(Post post) {
    try {
      return attempt.make(post);
    } catch (Throwable e) {
      // An Error too, such as a class missing in ext/: the post would else never end.
      return PostAnswer.failed("The endpoint failed (%s)".formatted(e.getClass().getSimpleName()));
    }
  }

  /** Attempts that wait for a thread. */
  int waiting() {
    return threads.getQueue().size();
  }

  @Override
  public void close() {
    threads.shutdown();
    attempt.close();
  }
}
