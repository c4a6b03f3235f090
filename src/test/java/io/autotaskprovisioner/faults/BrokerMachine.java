package io.autotaskprovisioner.faults;

import io.autotaskprovisioner.support.FreePort;
import jakarta.jms.JMSContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.jspecify.annotations.Nullable;

/**
 * An Artemis beside the program, with what the README tells operators of an external one to set, on
 * one port of the loopback by core protocol and AMQP 1.0, to be stopped and started on the same
 * files. Not thread-safe.
 */
public final class BrokerMachine implements AutoCloseable {

  public static final String USER = "provisioner";
  public static final String PASSWORD = "a-password-of-the-broker";

  private static final String ROLE = "programs";

  private final Path folder;
  private final int port = FreePort.find();
  private @Nullable EmbeddedActiveMQ broker;

  /** Starts it with its files in the folder. */
  public BrokerMachine(Path folder) {
    this.folder = folder;
    start();
  }

  /** Starts it again on its files. */
  public void start() {
    EmbeddedActiveMQ starting =
        new EmbeddedActiveMQ()
            .setConfiguration(configuration())
            .setSecurityManager(
                new ActiveMQJAASSecurityManager(
                    InVMLoginModule.class.getName(),
                    new SecurityConfiguration(
                        Map.of(USER, PASSWORD), Map.of(USER, List.of(ROLE)))));
    try {
      starting.start();
    } catch (Exception e) {
      throw new IllegalStateException("The test broker does not start", e);
    }
    broker = starting;
  }

  /** Stops it; its connections end. */
  public void stop() {
    EmbeddedActiveMQ running = broker;
    broker = null;
    if (running != null) {
      try {
        running.stop();
      } catch (Exception e) {
        throw new IllegalStateException("The test broker does not stop", e);
      }
    }
  }

  public int port() {
    return port;
  }

  /** For {@code queue.broker-url}. */
  public String url() {
    return "tcp://127.0.0.1:" + port;
  }

  /** A connection of a program's own that gives up rather than wait for a broker that is away. */
  public JMSContext connect() {
    return new ActiveMQConnectionFactory(url() + "?reconnectAttempts=0&callTimeout=5000")
        .createContext(USER, PASSWORD);
  }

  private ConfigurationImpl configuration() {
    ConfigurationImpl configuration = new ConfigurationImpl();
    try {
      configuration
          .setName("external")
          .setSecurityEnabled(true)
          .setJMXManagementEnabled(false)
          .setPersistenceEnabled(true)
          .setJournalType(JournalType.NIO)
          .setJournalDirectory(folder.resolve("journal").toString())
          .setBindingsDirectory(folder.resolve("bindings").toString())
          .setLargeMessagesDirectory(folder.resolve("large-messages").toString())
          .setPagingDirectory(folder.resolve("paging").toString())
          .addAcceptorConfiguration(
              "programs", "tcp://127.0.0.1:%d?protocols=CORE,AMQP".formatted(port));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    configuration.putSecurityRoles(
        "#", Set.of(new Role(ROLE, true, true, true, true, true, true, false, true, true, true)));
    configuration.addAddressSetting(
        "#",
        new AddressSettings()
            .setMaxDeliveryAttempts(-1)
            .setRedeliveryDelay(1000)
            .setRedeliveryMultiplier(2)
            .setMaxRedeliveryDelay(60_000)
            .setDeadLetterAddress(SimpleString.of("provisioning.dead"))
            .setExpiryAddress(SimpleString.of("provisioning.expired"))
            .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE));
    return configuration;
  }

  @Override
  public void close() {
    stop();
  }
}
