package io.autotaskprovisioner.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.qpid.jms.JmsConnectionFactory;

/** Another program that talks to the broker by a protocol of its own choice. */
final class ProgramOnQueue implements AutoCloseable {

  static final String REQUESTS = "provisioning.requests";
  static final String RESULTS = "provisioning.results";
  static final String INVALID = "provisioning.invalid";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final JMSContext context;

  ProgramOnQueue(String protocol, int port, BrokerLogin login) {
    String url = protocol + "://127.0.0.1:" + port;
    ConnectionFactory factory =
        protocol.equals("amqp")
            ? new JmsConnectionFactory(url)
            : new ActiveMQConnectionFactory(url);
    context = factory.createContext(login.user(), login.password());
  }

  /** A request that the simulator accepts, or does not where the secret is another. */
  static String request(String requestId, int customer, String secret) {
    return """
        {%s"name":"Customer %2$d","username":"user-%2$d@customer-%2$d.example","password":"%3$s",
         "serverUrl":"https://ww3.autotask.net"}
        """
        .formatted(
            requestId == null ? "" : "\"requestId\":\"" + requestId + "\",", customer, secret);
  }

  static String request(String requestId, int customer) {
    return request(requestId, customer, "secret-" + customer);
  }

  interface Setup {
    void on(Message message) throws JMSException;
  }

  String send(String body) throws JMSException {
    return send(body, message -> {});
  }

  /** Sends the text; answers the message id. */
  String send(String body, Setup setup) throws JMSException {
    TextMessage message = context.createTextMessage(body);
    setup.on(message);
    return send(message);
  }

  String send(Message message) throws JMSException {
    context.createProducer().send(context.createQueue(REQUESTS), message);
    return message.getJMSMessageID();
  }

  JMSContext context() {
    return context;
  }

  Destination queue(String name) {
    return context.createQueue(name);
  }

  /** The next message of the queue; fails after some time without. */
  Message next(String queue) {
    return next(context.createQueue(queue));
  }

  Message next(String queue, Duration patience) {
    return next(context.createQueue(queue), patience);
  }

  Message next(Destination queue) {
    return next(queue, PATIENCE);
  }

  private Message next(Destination queue, Duration patience) {
    try (JMSConsumer consumer = context.createConsumer(queue)) {
      Message message = consumer.receive(patience.toMillis());
      if (message == null) {
        throw new AssertionError("No message came");
      }
      return message;
    }
  }

  /** What the queue holds now; it is emptied. */
  List<Message> rest(String queue) {
    List<Message> rest = new ArrayList<>();
    try (JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
      for (Message message = consumer.receive(500);
          message != null;
          message = consumer.receive(500)) {
        rest.add(message);
      }
    }
    return rest;
  }

  static JsonNode body(Message message) {
    try {
      return JSON.readTree(message.getBody(String.class));
    } catch (JMSException | JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
