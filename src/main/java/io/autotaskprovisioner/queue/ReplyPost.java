package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.journal.OwedReply;
import io.autotaskprovisioner.journal.ReplyAddress;
import io.autotaskprovisioner.secret.KeyRing;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends replies: persistent, without a time limit, each with an id by which Artemis drops one that
 * was sent before. Thread-safe.
 */
final class ReplyPost {

  /** Our choice: from then on a destination that refuses is given up for the queue of results. */
  static final int ATTEMPTS_AT_OWN_DESTINATION = 5;

  /** See "Duplicate Message Detection" in the manual of Artemis. */
  private static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

  private static final String OUTCOME = "outcome";

  private static final Logger LOG = LoggerFactory.getLogger(ReplyPost.class);

  private final ConnectionFactory connections;
  private final QueueSettings settings;
  private final KeyRing keyRing;

  ReplyPost(ConnectionFactory connections, QueueSettings settings, KeyRing keyRing) {
    this.connections = connections;
    this.settings = settings;
    this.keyRing = keyRing;
  }

  /**
   * Sends all of them or, in transacted use, none.
   *
   * @param bodies by the id of the reply
   */
  void sendAll(List<OwedReply> replies, Map<Long, String> bodies) throws JMSException {
    try (Connection connection = connections.createConnection();
        Session session =
            connection.createSession(
                settings.transacted() ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE)) {
      for (OwedReply reply : replies) {
        send(session, reply, bodies.get(reply.id()));
      }
      if (settings.transacted()) {
        session.commit();
      }
    }
  }

  /**
   * Sends one.
   *
   * @return empty where it was sent, else what the broker said, where the reply itself is at fault,
   *     its destination above all: what a broker says to a name it does not like may be any
   *     exception
   * @throws JMSException if the broker cannot be talked to
   */
  Optional<String> sendAlone(OwedReply reply, String body) throws JMSException {
    try (Connection connection = connections.createConnection();
        Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
      send(session, reply, body);
      return Optional.empty();
    } catch (InvalidDestinationException | JMSSecurityException e) {
      return Optional.of(words(e));
    } catch (JMSException | RuntimeException e) {
      requireBroker();
      LOG.debug("The reply to request {} cannot be sent", reply.id(), e);
      return Optional.of(words(e));
    }
  }

  private static String words(Exception refusal) {
    return "%s: %s".formatted(refusal.getClass().getSimpleName(), refusal.getMessage());
  }

  private void requireBroker() throws JMSException {
    try (Connection connection = connections.createConnection()) {
      connection.start();
    }
  }

  private void send(Session session, OwedReply reply, String body) throws JMSException {
    TextMessage message = session.createTextMessage(body);
    message.setStringProperty(OUTCOME, reply.status().name());
    message.setStringProperty(DUPLICATE_ID, duplicateId(reply));
    message.setJMSCorrelationID(reply.address().correlationId());
    try (MessageProducer producer = session.createProducer(destination(session, reply))) {
      producer.send(message);
    }
  }

  private Destination destination(Session session, OwedReply reply) throws JMSException {
    ReplyAddress address = reply.address();
    if (address.destination() == null || reply.attempts() >= ATTEMPTS_AT_OWN_DESTINATION) {
      return session.createQueue(settings.results());
    }
    return address.topic()
        ? session.createTopic(address.destination())
        : session.createQueue(address.destination());
  }

  /** Of this installation alone, since several may share a broker. */
  private String duplicateId(OwedReply reply) {
    String told = "%d:%d".formatted(reply.id(), reply.round());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(keyRing.hash("queue_reply.sent", told.getBytes(StandardCharsets.UTF_8)));
  }
}
