package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.intake.MessageRecords;
import io.autotaskprovisioner.intake.UnreadableMessageException;
import io.autotaskprovisioner.journal.JournalRecord;
import io.autotaskprovisioner.journal.ReplyAddress;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * The step that turns a JMS message into records for the journal. It reads text and bytes alone: a
 * serialized Java object is never opened. Thread-safe.
 */
final class MessageReading implements Processor {

  private final MessageRecords records;
  private final QueueSettings settings;

  MessageReading(MessageRecords records, QueueSettings settings) {
    this.records = records;
    this.settings = settings;
  }

  @Override
  public void process(Exchange exchange) throws JMSException, UnreadableMessageException {
    Message message = exchange.getMessage().getBody(Message.class);
    String messageId = identifier(MessageId.of(message));
    String text = text(message);
    List<JournalRecord> read = records.read(text, messageId, replyAddress(message, messageId));
    exchange.getMessage().setBody(read);
  }

  private String text(Message message) throws JMSException, UnreadableMessageException {
    if (message instanceof TextMessage text) {
      String body = text.getText();
      if (body == null) {
        throw new UnreadableMessageException("The message has no body.");
      }
      // A character takes at least one byte and at most three, which no string is measured for.
      requireWithinLimit(body.length());
      return withoutMark(body);
    }
    if (message instanceof BytesMessage bytes) {
      requireWithinLimit(bytes.getBodyLength());
      byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
      bytes.reset();
      bytes.readBytes(body);
      return withoutMark(utf8(body));
    }
    throw new UnreadableMessageException(
        "The message is neither text nor bytes: send JSON as a TextMessage or a BytesMessage.");
  }

  private void requireWithinLimit(long length) throws UnreadableMessageException {
    if (length > settings.messageLimit()) {
      throw new UnreadableMessageException(
          "The message is longer than %,d bytes (setting queue.message-limit)."
              .formatted(settings.messageLimit()));
    }
  }

  private static String utf8(byte[] body) throws UnreadableMessageException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableMessageException("The bytes of the message are not UTF-8.");
    }
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private ReplyAddress replyAddress(Message message, @Nullable String messageId)
      throws JMSException {
    String correlationId = identifier(message.getJMSCorrelationID());
    Destination replyTo = message.getJMSReplyTo();
    boolean topic = replyTo instanceof Topic && !(replyTo instanceof Queue);
    String name = name(replyTo, topic);
    return new ReplyAddress(
        name, name != null && topic, correlationId == null ? messageId : correlationId);
  }

  /**
   * The name to reply to. Our choice: one that is empty, too long, no plain text or the queue that
   * requests come from counts as none, so that no reply comes back as a request; so does one with
   * {@code ::}, by which Artemis means a queue of an address, and the queue of requests, too.
   */
  private @Nullable String name(@Nullable Destination replyTo, boolean topic) throws JMSException {
    String name = null;
    if (topic) {
      name = ((Topic) replyTo).getTopicName();
    } else if (replyTo instanceof Queue queue) {
      name = queue.getQueueName();
    }
    return name == null
            || name.isBlank()
            || name.length() > ReplyAddress.MAX_DESTINATION
            || name.equals(settings.requests())
            || name.contains("::")
            || name.chars().anyMatch(Character::isISOControl)
            || !isUnicode(name)
        ? null
        : name;
  }

  /** Whether it has no half of a surrogate pair, which cannot be stored. */
  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** An id as far as it can be stored; a longer one or one with NUL is none. */
  private static @Nullable String identifier(@Nullable String id) {
    return id == null
            || id.isEmpty()
            || id.length() > ReplyAddress.MAX_CORRELATION_ID
            || id.indexOf('\0') >= 0
            || !isUnicode(id)
        ? null
        : id;
  }
}
