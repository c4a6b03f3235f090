package io.autotaskprovisioner.faults;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A program that reads a queue for as long as it lives, whatever becomes of its connection. A
 * message that the broker hands out again, for want of its acknowledgement, counts once.
 */
final class QueueReader implements AutoCloseable {

  interface Reading {
    void read(Message message) throws JMSException;
  }

  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(200);

  private final Supplier<JMSContext> broker;
  private final String queue;
  private final Reading reading;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  QueueReader(Supplier<JMSContext> broker, String queue, Reading reading) {
    this.broker = broker;
    this.queue = queue;
    this.reading = reading;
    this.thread = new Thread(this::readUntilClosed, "reader-" + queue);
    thread.setDaemon(true);
    thread.start();
  }

  private void readUntilClosed() {
    while (!closed) {
      try (JMSContext context = broker.get();
          JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
        while (!closed) {
          Message message = consumer.receive(500);
          if (message != null && seen.add(message.getJMSMessageID())) {
            reading.read(message);
          }
        }
      } catch (JMSException | RuntimeException away) {
        // The broker is away at the moment.
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
