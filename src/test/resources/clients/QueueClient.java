import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * Puts a request on the queue and waits for its reply: a program of its own, by Artemis' core
 * protocol.
 *
 * <pre>java -cp 'target/lib/*' QueueClient.java request.json [tcp://127.0.0.1:61616]</pre>
 *
 * It reads user and password from ./data/queue-user.properties.
 */
public class QueueClient {

  public static void main(String[] args) throws Exception {
    String url = args.length > 1 ? args[1] : "tcp://127.0.0.1:61616";
    Properties login = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of("data/queue-user.properties"))) {
      login.load(reader);
    }
    try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);
        JMSContext context =
            factory.createContext(login.getProperty("user"), login.getProperty("password"))) {
      Queue replies = context.createTemporaryQueue();
      TextMessage request = context.createTextMessage(Files.readString(Path.of(args[0])));
      request.setJMSReplyTo(replies);
      context.createProducer().send(context.createQueue("provisioning.requests"), request);
      try (JMSConsumer consumer = context.createConsumer(replies)) {
        Message reply = consumer.receive(60_000);
        if (reply == null) {
          System.err.println("No reply within a minute");
          System.exit(1);
        }
        System.out.println(reply.getStringProperty("outcome"));
        System.out.println(reply.getBody(String.class));
        System.out.println(
            "answers my message: "
                + request.getJMSMessageID().equals(reply.getJMSCorrelationID()));
      }
    }
  }
}
