package io.autotaskprovisioner.queue;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.jms.JmsMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.core.JmsTemplate;

/**
 * The step that moves a message that cannot be read to the queue for such, as it came, with the
 * reason beside its own properties. In transacted use both happen in the transaction of the
 * consumer, else the message is sent before it is acknowledged. Thread-safe.
 */
final class InvalidMessages implements Processor {

  /** Property with the reason, for people. */
  static final String REASON = "invalidReason";

  /** Property with the id that the message had: the copy has one of its own. */
  static final String MESSAGE_ID = "originalMessageId";

  private static final Logger LOG = LoggerFactory.getLogger(InvalidMessages.class);

  private final String queue;
  private final JmsTemplate template;

  InvalidMessages(ConnectionFactory connections, String queue, boolean transacted) {
    this.queue = queue;
    this.template = new JmsTemplate(connections);
    this.template.setSessionTransacted(transacted);
    this.template.setExplicitQosEnabled(true);
  }

  @Override
  public void process(Exchange exchange) throws JMSException {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    Message message = received(exchange);
    String id = MessageId.of(message);
    String reason = failure.getMessage();
    try {
      Map<String, Object> properties = properties(message);
      // Received properties are read-only, and cleared they can be set anew; the body stays.
      message.clearProperties();
      properties.forEach((name, value) -> set(message, name, value));
      tell(message, reason, id);
      template.send(queue, session -> message);
      LOG.warn("Message {} cannot be read and was moved to {}: {}", id, queue, reason);
    } catch (JMSException | RuntimeException e) {
      LOG.debug("Message {} cannot be sent as it came", id, e);
      template.send(queue, session -> tell(session.createTextMessage(), reason, id));
      LOG.warn(
          "Message {} cannot be read, nor moved to {} as it came; a note of it was put there: {}",
          id,
          queue,
          reason);
    }
  }

  private static Message tell(Message message, String reason, @Nullable String id)
      throws JMSException {
    message.setStringProperty(REASON, reason);
    if (id != null) {
      message.setStringProperty(MESSAGE_ID, id);
    }
    return message;
  }

  /** Sets it unless JMS does not allow it: other protocols allow more names and types. */
  private static void set(Message message, String name, Object value) {
    try {
      message.setObjectProperty(name, value);
    } catch (JMSException | RuntimeException e) {
      LOG.debug("A property of a message that cannot be read is left out", e);
    }
  }

  private static Message received(Exchange exchange) {
    if (exchange.getMessage() instanceof JmsMessage jms && jms.getJmsMessage() != null) {
      return jms.getJmsMessage();
    }
    return exchange.getMessage().getBody(Message.class);
  }

  /** The sender's own: the rest is the broker's to set. */
  private static Map<String, Object> properties(Message message) throws JMSException {
    List<String> names = new ArrayList<>();
    Collections.list(message.getPropertyNames()).forEach(name -> names.add(String.valueOf(name)));
    Map<String, Object> properties = new LinkedHashMap<>();
    for (String name : names) {
      if (!name.startsWith("JMSX") && !name.startsWith("JMS_") && !name.equals(MessageId.OF_AMQP)) {
        properties.put(name, message.getObjectProperty(name));
      }
    }
    return properties;
  }
}
