package io.autotaskprovisioner.queue;

import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.reader.MapMessageUtil;
import org.apache.activemq.artemis.utils.collections.TypedProperties;

/**
 * Refuses a message that the JMS client could not even open at its sender. Received, it would break
 * its consumer before our code sees it, and come again without end. A limit of deliveries is no way
 * out: the broker does not count those of a consumer that is closed, and would else count the good
 * messages that were fetched together with the bad one.
 */
final class OpenableMessage implements ActiveMQServerMessagePlugin {

  private final String queue;

  /**
   * @param queue whose messages are looked at
   */
  OpenableMessage(String queue) {
    this.queue = queue;
  }

  @Override
  public void beforeSend(
      ServerSession session,
      Transaction transaction,
      Message message,
      boolean direct,
      boolean noAutoCreateQueue)
      throws ActiveMQException {
    if (queue.equals(message.getAddress())) {
      try {
        open(message.toCore());
      } catch (RuntimeException e) {
        throw new ActiveMQIllegalStateException(
            "A message to %s must be one that a JMS client can open".formatted(queue));
      }
    }
  }

  /** Reads as much as the client does before it hands the message out. */
  private static void open(ICoreMessage message) {
    switch (message.getType()) {
      case Message.TEXT_TYPE -> message.getReadOnlyBodyBuffer().readNullableSimpleString();
      case Message.MAP_TYPE ->
          MapMessageUtil.readBodyMap(message.getReadOnlyBodyBuffer(), new TypedProperties());
      case Message.OBJECT_TYPE -> requireLength(message.getReadOnlyBodyBuffer());
      case Message.DEFAULT_TYPE, Message.BYTES_TYPE, Message.STREAM_TYPE -> {
        // read when asked for
      }
      default -> throw new IllegalArgumentException("Unknown type of message");
    }
  }

  /** The client forgives an object that is cut off, but reserves the length that it is told. */
  private static void requireLength(ActiveMQBuffer body) {
    if (body.readableBytes() >= Integer.BYTES && body.readInt() > body.readableBytes()) {
      throw new IndexOutOfBoundsException("The object is cut off");
    }
  }
}
