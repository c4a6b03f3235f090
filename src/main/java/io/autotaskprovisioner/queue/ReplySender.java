package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.journal.OwedReply;
import io.autotaskprovisioner.journal.Replies;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the replies that are owed, on a thread of its own that is never interrupted. While broker
 * or database are away they wait where they are; one that was sent and not noted is sent again.
 */
final class ReplySender extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(ReplySender.class);
  private static final int AT_ONCE = 100;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);
  private static final Duration MEASURE_INTERVAL = Duration.ofSeconds(10);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private final Replies replies;
  private final ReplyContent content;
  private final ReplyPost post;
  private final Duration lease;
  private final MeterRegistry meters;
  private final int maxAttempts;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;
  private volatile long waiting;
  private long measuredAt = System.nanoTime() - MEASURE_INTERVAL.toNanos();
  private boolean outage;

  /**
   * @param lease after this time without a sign of life a claimed reply is somebody else's to send
   * @param maxAttempts refusals after which a reply is given up
   */
  ReplySender(
      Replies replies,
      ReplyContent content,
      ReplyPost post,
      Duration lease,
      MeterRegistry meters,
      int maxAttempts) {
    this.replies = replies;
    this.content = content;
    this.post = post;
    this.lease = lease;
    this.meters = meters;
    this.maxAttempts = maxAttempts;
    meters.gauge("queue.replies.waiting", this, sender -> sender.waiting);
  }

  /** Begins to send; called once the broker is thought to be there. */
  void begin() {
    thread = new Thread(this::work, "queue-replies");
    thread.setDaemon(true);
    thread.start();
  }

  private void work() {
    Duration backOff = FIRST_BACK_OFF;
    Duration pause = Duration.ZERO;
    while (!isOver(pause)) {
      try {
        measure();
        List<OwedReply> owed = replies.claim(AT_ONCE, lease);
        if (!owed.isEmpty()) {
          send(owed);
          tellEnd();
        }
        pause = owed.size() == AT_ONCE ? Duration.ZERO : POLL;
        backOff = FIRST_BACK_OFF;
      } catch (JMSException | RuntimeException e) {
        tellBegin(e);
        pause = backOff;
        backOff = backOff.multipliedBy(2);
        backOff = backOff.compareTo(LONGEST_BACK_OFF) < 0 ? backOff : LONGEST_BACK_OFF;
      }
    }
  }

  private void measure() {
    long now = System.nanoTime();
    if (now - measuredAt >= MEASURE_INTERVAL.toNanos()) {
      waiting = replies.waiting();
      measuredAt = now;
    }
  }

  private boolean isOver(Duration pause) {
    try {
      return stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      LOG.warn("The sending of replies was interrupted and ends; they go out after the next start");
      return true;
    }
  }

  private void send(List<OwedReply> owed) throws JMSException {
    List<OwedReply> unsent = new ArrayList<>(owed);
    try {
      Map<Long, String> bodies = content.of(owed);
      if (sentTogether(owed, bodies)) {
        note(owed, unsent);
      } else {
        sendOneByOne(owed, bodies, unsent);
      }
    } finally {
      replies.release(unsent);
    }
  }

  private boolean sentTogether(List<OwedReply> owed, Map<Long, String> bodies) {
    try {
      post.sendAll(owed, bodies);
      return true;
    } catch (JMSException | RuntimeException e) {
      LOG.debug("{} replies are sent one by one, since together they failed", owed.size(), e);
      return false;
    }
  }

  private void sendOneByOne(List<OwedReply> owed, Map<Long, String> bodies, List<OwedReply> unsent)
      throws JMSException {
    for (OwedReply reply : owed) {
      Optional<String> refusal = post.sendAlone(reply, bodies.get(reply.id()));
      if (refusal.isEmpty()) {
        note(List.of(reply), unsent);
      } else {
        refused(reply, refusal.get());
        unsent.remove(reply);
      }
    }
  }

  private void refused(OwedReply reply, String reason) {
    Duration wait = Duration.ofSeconds(1L << Math.min(reply.attempts(), 8));
    boolean givenUp = replies.refused(reply, wait, reason, maxAttempts);
    meters.counter("queue.replies", "outcome", givenUp ? "given-up" : "refused").increment();
    if (givenUp) {
      LOG.error(
          "The reply to request {} is given up after {} refusals: mend the cause, then POST"
              + " /replies/retry sends it. The broker says: {}",
          reply.id(),
          reply.attempts() + 1,
          reason);
      return;
    }
    LOG.warn(
        "The reply to request {} is refused by its destination; tried again in {} s{}: {}",
        reply.id(),
        wait.toSeconds(),
        reply.attempts() + 1 >= ReplyPost.ATTEMPTS_AT_OWN_DESTINATION
            ? ", at the queue for results"
            : "",
        reason);
  }

  private void note(List<OwedReply> sent, List<OwedReply> unsent) {
    // From here on they have left: what is not noted now is noted, and sent, once more.
    unsent.removeAll(sent);
    replies.sent(sent);
    meters.counter("queue.replies", "outcome", "sent").increment(sent.size());
  }

  private void tellBegin(Exception e) {
    if (!outage) {
      outage = true;
      LOG.warn("Replies cannot be sent now and wait: {}", e.toString());
    }
  }

  private void tellEnd() {
    if (outage) {
      outage = false;
      LOG.info("Replies are sent again");
    }
  }

  @Override
  protected void doStop() throws InterruptedException {
    stopped.countDown();
    Thread working = thread;
    if (working != null) {
      working.join(DRAIN.toMillis());
    }
  }
}
