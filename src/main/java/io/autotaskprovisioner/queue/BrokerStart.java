package io.autotaskprovisioner.queue;

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
 * own, and tries again for as long as it cannot be. Stopped with the context.
 */
final class BrokerStart extends ServiceSupport implements ExtendedStartupListener {

  private static final Logger LOG = LoggerFactory.getLogger("ready");
  private static final long FIRST_WAIT = 1_000;
  private static final long LONGEST_WAIT = 30_000;

  private final EmbeddedBroker broker;
  private final BrokerLogin login;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;

  BrokerStart(EmbeddedBroker broker, BrokerLogin login) {
    this.broker = broker;
    this.login = login;
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    // HTTP may not listen yet.
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    thread = new Thread(this::startUntilItRuns, "queue-broker-start");
    thread.setDaemon(true);
    thread.start();
  }

  private void startUntilItRuns() {
    long wait = FIRST_WAIT;
    while (!isOver(0)) {
      try {
        broker.start();
        LOG.info(
            "Queue        tcp://127.0.0.1:{} by core protocol and AMQP 1.0, user {}, password in {}",
            broker.port(),
            login.user(),
            login.file() == null ? "the settings" : login.file());
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
    broker.stop();
  }
}
