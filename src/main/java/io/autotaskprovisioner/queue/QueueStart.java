package io.autotaskprovisioner.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded broker when everything else is started, HTTP above all, on a thread of its
 * own, tries again for as long as it cannot be, and starts what uses the queue after that. Artemis
 * ends itself where it cannot write: then it is started again, and if that fails or does not last,
 * the process ends with an error rather than limp. Stops the broker with the context.
 */
final class QueueStart extends ServiceSupport implements ExtendedStartupListener {

  private static final Logger LOG = LoggerFactory.getLogger("ready");
  private static final long FIRST_WAIT = 1_000;
  private static final long LONGEST_WAIT = 30_000;
  private static final long LOOK = 1_000;

  /** Our choice, as for the database: the third time within ten minutes it is given up. */
  private static final int ENDS = 3;

  private static final Duration WITHIN = Duration.ofMinutes(10);

  /** Our choice: so long it is tried to start one again that has ended itself. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private final @Nullable EmbeddedBroker broker;
  private final String place;
  private final Consumer<String> onFatal;
  private final Duration patience;
  private final Deque<Long> ends = new ArrayDeque<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;

  /**
   * @param broker null where the broker is an external one
   * @param place what to tell about it, without a secret
   * @param onFatal told why, once, when the embedded broker is lost for good; must end the process,
   *     and must not wait for it on the calling thread
   */
  QueueStart(@Nullable EmbeddedBroker broker, String place, Consumer<String> onFatal) {
    this(broker, place, onFatal, PATIENCE);
  }

  /**
   * @param patience how long to try to start one again that has ended itself
   */
  QueueStart(
      @Nullable EmbeddedBroker broker, String place, Consumer<String> onFatal, Duration patience) {
    this.broker = broker;
    this.place = place;
    this.onFatal = onFatal;
    this.patience = patience;
  }

  /** Adds what is called once the broker runs, or may run where it is an external one. */
  void whenStarted(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    // HTTP may not listen yet.
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    thread = new Thread(this::startAll, "queue-start");
    thread.setDaemon(true);
    thread.start();
  }

  private void startAll() {
    if (broker == null) {
      LOG.info("Queue        {}", place);
      listeners.forEach(Runnable::run);
      return;
    }
    if (!start(broker, Long.MAX_VALUE)) {
      return;
    }
    listeners.forEach(Runnable::run);
    while (awaitEnd(broker)) {
      LOG.error(
          "The embedded broker has ended itself and is started again; is the disk full? Senders are"
              + " refused meanwhile");
      if (isTooOften()) {
        onFatal.accept(
            "The embedded broker has ended itself %d times within 10 minutes".formatted(ENDS));
        return;
      }
      if (!start(broker, patience.toMillis())) {
        if (!isOver(0)) {
          onFatal.accept("The embedded broker has ended itself and does not start again");
        }
        return;
      }
    }
  }

  /** Tries until it runs; false where the program ends or the patience does. */
  private boolean start(EmbeddedBroker starting, long patienceMillis) {
    long began = System.nanoTime();
    long wait = FIRST_WAIT;
    while (!isOver(0)) {
      try {
        if (starting.holdsFiles()) {
          throw new IOException("it is still ending");
        }
        starting.start();
        LOG.info("Queue        tcp://127.0.0.1:{} {}", starting.port(), place);
        return true;
      } catch (Exception e) {
        if ((System.nanoTime() - began) / 1_000_000 + wait > patienceMillis) {
          LOG.error("The embedded broker cannot be started: {}", e.toString());
          return false;
        }
        LOG.error(
            "The embedded broker cannot be started and is tried again in {} s: {}",
            wait / 1000,
            e.toString());
        if (isOver(wait)) {
          return false;
        }
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    }
    return false;
  }

  /** Waits until the broker has ended itself; false where the program ends. */
  private boolean awaitEnd(EmbeddedBroker running) {
    while (!isOver(LOOK)) {
      if (!running.isRunning()) {
        return true;
      }
    }
    return false;
  }

  private boolean isTooOften() {
    long now = System.nanoTime();
    ends.addLast(now);
    while (now - ends.getFirst() > WITHIN.toNanos()) {
      ends.removeFirst();
    }
    return ends.size() >= ENDS;
  }

  private boolean isOver(long millis) {
    try {
      return stopped.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  protected void doStop() throws Exception {
    stopped.countDown();
    if (thread != null) {
      thread.join(LONGEST_WAIT);
    }
    if (broker != null) {
      broker.stop();
    }
  }
}
