package io.autotaskprovisioner.queue;

import jakarta.jms.ConnectionFactory;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.apache.qpid.jms.policy.JmsDefaultPrefetchPolicy;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** Makes the pool of connections to the broker. Stateless. */
final class BrokerConnections {

  private static final int CONNECTIONS = 2;
  private static final int SESSIONS = 100;
  private static final long WAIT_FOR_SESSION = 10_000;

  /** Messages that a consumer holds beyond the one it works on: what a window costs in memory. */
  private static final int PREFETCH = 20;

  private static final int WINDOW_BYTES = 262_144;

  private BrokerConnections() {}

  /** Connections to the embedded broker; none is made before it is asked for. */
  static JmsPoolConnectionFactory toEmbedded(EmbeddedBroker broker, BrokerLogin login) {
    ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(broker.ownUrl());
    factory.setUser(login.user());
    factory.setPassword(login.password());
    factory.setConsumerWindowSize(WINDOW_BYTES);
    return pool(factory);
  }

  /** Connections to the external broker of the settings; none is made before it is asked for. */
  static JmsPoolConnectionFactory toExternal(QueueSettings settings) {
    URI url = Objects.requireNonNull(settings.brokerUrl());
    return pool(settings.isAmqp() ? amqp(settings, url) : core(settings, url));
  }

  private static ConnectionFactory core(QueueSettings settings, URI url) {
    ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url.toString());
    if (settings.user() != null) {
      factory.setUser(settings.user());
      factory.setPassword(settings.password());
    }
    if (!names(url, "consumerwindowsize")) {
      factory.setConsumerWindowSize(WINDOW_BYTES);
    }
    return factory;
  }

  private static ConnectionFactory amqp(QueueSettings settings, URI url) {
    JmsConnectionFactory factory = new JmsConnectionFactory(url);
    if (settings.user() != null) {
      factory.setUsername(settings.user());
      factory.setPassword(settings.password());
    }
    if (!names(url, "prefetchpolicy")) {
      JmsDefaultPrefetchPolicy prefetch = new JmsDefaultPrefetchPolicy();
      prefetch.setAll(PREFETCH);
      factory.setPrefetchPolicy(prefetch);
    }
    return factory;
  }

  private static boolean names(URI url, String option) {
    return String.valueOf(url.getQuery()).toLowerCase(Locale.ROOT).contains(option);
  }

  private static JmsPoolConnectionFactory pool(ConnectionFactory factory) {
    JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
    pool.setConnectionFactory(factory);
    pool.setMaxConnections(CONNECTIONS);
    pool.setMaxSessionsPerConnection(SESSIONS);
    pool.setBlockIfSessionPoolIsFullTimeout(WAIT_FOR_SESSION);
    return pool;
  }
}
