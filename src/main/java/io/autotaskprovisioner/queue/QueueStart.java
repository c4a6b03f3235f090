package io.autotaskprovisioner.queue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded broker when everything else is started, HTTP above all, on a thread of its
 * own, tries again for as long as it cannot be, and starts what uses the queue after that. Stops
 * the broker with the context.
 */
final class QueueStart extends ServiceSupport implements ExtendedStartupListener {

  private static final Logger LOG = LoggerFactory.getLogger("ready");
  private static final long FIRST_WAIT = 1_000;
  private static final long LONGEST_WAIT = 30_000;

  private final @Nullable EmbeddedBroker broker;
  private final String place;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;

  /**
   * @param broker null where the broker is an external one
   * @param place what to tell about it, without a secret
   */
  QueueStart(@Nullable EmbeddedBroker broker, String place) {
    this.broker = broker;
    this.place = place;
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
    long wait = FIRST_WAIT;
    while (!isOver(0)) {
      try {
        broker.start();
        LOG.info("Queue        tcp://127.0.0.1:{} {}", broker.port(), place);
        listeners.forEach(Runnable::run);
        return;
      } catch (Exception e) {
        LOG.error(
            "The embedded broker cannot be started and is tried again in {} s: {}",
            wait / 1000,
            e.toString());
        if (isOver(wait)) {
          return;
        }
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    }
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
