package io.autotaskprovisioner.queue;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * Refuses a message that nobody would read at its sender, who sees it at once. A client that
 * receives a text message holds all of it in memory, so that its size can hardly be judged there.
 */
final class MessageSizeLimit implements ActiveMQServerMessagePlugin {

  private final String queue;
  private final long limit;

  /**
   * @param queue whose messages are limited
   * @param limit bytes of body and properties, in the encoding of the broker
   */
  MessageSizeLimit(String queue, long limit) {
    this.queue = queue;
    this.limit = limit;
  }

  @Override
  public void beforeSend(
      ServerSession session,
      Transaction transaction,
      Message message,
      boolean direct,
      boolean noAutoCreateQueue)
      throws ActiveMQException {
    if (queue.equals(message.getAddress()) && message.getWholeMessageSize() > limit) {
      throw new ActiveMQIllegalStateException(
          "A message to %s may have %,d bytes (setting queue.message-limit)"
              .formatted(queue, limit));
    }
  }
}
