package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.ProcessEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.service.ServiceSupport;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/**
 * Adds the component {@code jms}, bound to the broker of the settings, unless {@code queue.enabled}
 * is false. It comes before whatever sends messages, so that the broker is stopped after that.
 */
public final class BrokerBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Settings settings = new Settings(context);
    QueueSettings queue = QueueSettings.of(settings);
    Registry registry = context.getRegistry();
    registry.bind("queueSettings", queue);
    // As written it may be "off"; the route's precondition knows true and false.
    context
        .getPropertiesComponent()
        .addOverrideProperty("queue.enabled", Boolean.toString(queue.enabled()));
    if (!queue.enabled()) {
      return;
    }
    JmsPoolConnectionFactory connections =
        queue.isEmbedded()
            ? embedded(context, queue, settings.path("data.directory", "data"))
            : external(context, queue);
    context.addService(new PoolEnd(connections), true, true);
    registry.bind("queueConnections", connections);
    registry.bind(
        "queue-health-check",
        new QueueHealthCheck(
            connections, registry.lookupByNameAndType("embeddedBroker", EmbeddedBroker.class)));
    context.addComponent("jms", component(connections));
  }

  private static JmsPoolConnectionFactory embedded(
      CamelContext context, QueueSettings queue, Path dataDirectory) throws Exception {
    requireFree(queue.port());
    BrokerLogin login = BrokerLogin.of(queue, dataDirectory);
    EmbeddedBroker broker = new EmbeddedBroker(queue, login, dataDirectory.resolve("queue"));
    context.getRegistry().bind("embeddedBroker", broker);
    String password = login.file() == null ? "the settings" : login.file().toString();
    start(
        context,
        new QueueStart(
            broker,
            "by core protocol and AMQP 1.0, user %s, password in %s"
                .formatted(login.user(), password),
            ProcessEnd::because));
    return BrokerConnections.toEmbedded(broker, login);
  }

  private static JmsPoolConnectionFactory external(CamelContext context, QueueSettings queue)
      throws Exception {
    URI url = Objects.requireNonNull(queue.brokerUrl());
    start(
        context,
        new QueueStart(
            null,
            "%s://%s:%d".formatted(url.getScheme(), url.getHost(), url.getPort()),
            ProcessEnd::because));
    return BrokerConnections.toExternal(queue);
  }

  private static void start(CamelContext context, QueueStart start) throws Exception {
    context.getRegistry().bind("queueStart", start);
    context.addService(start, true, true);
    context.addStartupListener(start);
  }

  private static JmsComponent component(JmsPoolConnectionFactory connections) {
    JmsComponent component = new JmsComponent();
    component.setConnectionFactory(connections);
    component.setHeaderFilterStrategy(new InboundHeaderFilter());
    component.getConfiguration().setErrorHandlerLogStackTrace(false);
    component.getConfiguration().setLazyCreateTransactionManager(false);
    return component;
  }

  /** The broker would only log that it cannot listen, long after the start was told a success. */
  private static void requireFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress("127.0.0.1", port));
    } catch (IOException e) {
      throw new InvalidSettingException(
          "The queue cannot listen on 127.0.0.1:%d: the address is in use; set queue.port, or queue.enabled=false to have none."
              .formatted(port),
          e);
    }
  }

  /** Closes the connections when the context stops, before the broker. */
  private static final class PoolEnd extends ServiceSupport {
    private final JmsPoolConnectionFactory connections;

    private PoolEnd(JmsPoolConnectionFactory connections) {
      this.connections = connections;
    }

    @Override
    protected void doStop() {
      connections.stop();
    }
  }
}
