package io.autotaskprovisioner.queue;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/** Finds the id that a message's sender knows it by. Stateless. */
final class MessageId {

  /**
   * Where Artemis keeps the id of a message that came by AMQP and is received by core protocol. Its
   * JMSMessageID is a new one for each delivery then, so that it tells neither the sender nor us
   * anything.
   */
  static final String OF_AMQP = "NATIVE_MESSAGE_ID";

  private MessageId() {}

  /** Null where the sender gave none, as AMQP allows. */
  static @Nullable String of(Message message) throws JMSException {
    String ofAmqp = message.getStringProperty(OF_AMQP);
    return ofAmqp == null ? message.getJMSMessageID() : ofAmqp;
  }
}
