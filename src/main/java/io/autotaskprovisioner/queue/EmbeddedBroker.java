package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.jspecify.annotations.Nullable;

/**
 * ActiveMQ Artemis inside this process: persistent, on the loopback only, by core protocol and AMQP
 * 1.0, for one login. Thread-safe.
 *
 * <p>Nothing is thrown away: a message is delivered again and again, one second to one minute
 * apart, since the default of ten deliveries without a pause would lose it during an outage of the
 * database. What has outlived its time goes to {@value #EXPIRED}.
 */
final class EmbeddedBroker {

  /** Where messages go that a program sent with a time to live which has passed. */
  static final String EXPIRED = "provisioning.expired";

  /** Where Artemis puts what it gives up; with unlimited deliveries only by an operator's hand. */
  static final String DEAD = "provisioning.dead";

  private static final String ACCEPTOR = "queue";
  private static final String ROLE = "programs";
  private static final long FIRST_REDELIVERY = TimeUnit.SECONDS.toMillis(1);
  private static final long LONGEST_REDELIVERY = TimeUnit.MINUTES.toMillis(1);

  /** Our choice: beyond this queues page to the disk, so that a backlog costs no memory. */
  private static final long MEMORY_FOR_MESSAGES = 32L * 1_048_576;

  private static final int MEMORY_PER_QUEUE = 8 * 1_048_576;
  private static final int PAGE = 1_048_576;
  private static final int JOURNAL_FILE = 10 * 1_048_576;
  private static final int THREADS = 16;

  /** Our choice: senders are held back below this, while the database can still write. */
  private static final long FREE_BYTES = 512L * 1_048_576;

  /** Several brokers may live in one process: in its tests. */
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final QueueSettings settings;
  private final BrokerLogin login;
  private final Path folder;
  private final int number = NUMBERS.incrementAndGet();
  private volatile @Nullable EmbeddedActiveMQ broker;

  /**
   * @param folder for its files; made, owner-only, where absent
   */
  EmbeddedBroker(QueueSettings settings, BrokerLogin login, Path folder) {
    this.settings = settings;
    this.login = login;
    this.folder = folder;
  }

  /** What a client in this process connects to. */
  String ownUrl() {
    return "vm://" + number;
  }

  /**
   * Starts it; takes about a second.
   *
   * @throws Exception if its files or its port cannot be used
   */
  synchronized void start() throws Exception {
    OwnerOnly.createFolder(folder);
    EmbeddedActiveMQ starting =
        new EmbeddedActiveMQ()
            .setConfiguration(configuration())
            .setSecurityManager(
                new ActiveMQJAASSecurityManager(
                    InVMLoginModule.class.getName(),
                    new SecurityConfiguration(
                        Map.of(login.user(), login.password()),
                        Map.of(login.user(), List.of(ROLE)))));
    try {
      starting.start();
      if (!acceptor(starting).isStarted()) {
        throw new IOException("Port %d of the loopback cannot be used".formatted(settings.port()));
      }
      broker = starting;
    } finally {
      if (broker != starting) {
        starting.stop();
      }
    }
  }

  /** Closes connections and files; harmless where it does not run. */
  synchronized void stop() throws Exception {
    EmbeddedActiveMQ running = broker;
    broker = null;
    if (running != null) {
      running.stop();
    }
  }

  /** Whether it runs; no longer after it has ended itself, as it does where its disk fails. */
  boolean isRunning() {
    EmbeddedActiveMQ running = broker;
    return running != null && running.getActiveMQServer().isStarted();
  }

  /** Whether it holds its files, also while it is ending itself. */
  boolean holdsFiles() {
    EmbeddedActiveMQ running = broker;
    return running != null
        && running.getActiveMQServer().getState() != ActiveMQServer.SERVER_STATE.STOPPED;
  }

  /**
   * The port that it listens on.
   *
   * @throws IllegalStateException if it does not run
   */
  synchronized int port() {
    EmbeddedActiveMQ running = broker;
    if (running == null) {
      throw new IllegalStateException("The broker does not run");
    }
    return acceptor(running).getActualPort();
  }

  private static NettyAcceptor acceptor(EmbeddedActiveMQ running) {
    return (NettyAcceptor) running.getActiveMQServer().getRemotingService().getAcceptor(ACCEPTOR);
  }

  private Configuration configuration() throws Exception {
    ConfigurationImpl configuration = new ConfigurationImpl();
    configuration
        .setName("autotask-provisioner")
        .setSecurityEnabled(true)
        .setJMXManagementEnabled(false)
        .setPersistenceEnabled(true)
        // libaio is not on every machine, and Artemis would only say so and go on
        .setJournalType(JournalType.NIO)
        .setJournalFileSize(JOURNAL_FILE)
        .setJournalDirectory(folder.resolve("journal").toString())
        .setBindingsDirectory(folder.resolve("bindings").toString())
        .setLargeMessagesDirectory(folder.resolve("large-messages").toString())
        .setPagingDirectory(folder.resolve("paging").toString())
        .setGlobalMaxSize(MEMORY_FOR_MESSAGES)
        .setMaxDiskUsage(-1)
        .setMinDiskFree(FREE_BYTES)
        .setThreadPoolMaxSize(THREADS)
        .addAcceptorConfiguration("own", ownUrl())
        .addAcceptorConfiguration(
            ACCEPTOR,
            "tcp://127.0.0.1:%d?protocols=CORE,AMQP;remotingThreads=2".formatted(settings.port()));
    configuration.setIncomingInterceptorClassNames(List.of(FederationRefusal.class.getName()));
    configuration.putSecurityRoles("#", Set.of(programs()));
    configuration.addAddressSetting("#", addressSettings());
    configuration.registerBrokerPlugin(
        new MessageSizeLimit(settings.requests(), settings.messageLimit()));
    configuration.registerBrokerPlugin(new OpenableMessage(settings.requests()));
    for (String queue :
        List.of(settings.requests(), settings.results(), settings.invalid(), EXPIRED, DEAD)) {
      configuration.addAddressConfiguration(queue(queue));
    }
    return configuration;
  }

  /** Everything but the management of the broker. */
  private static Role programs() {
    return new Role(ROLE, true, true, true, true, true, true, false, true, true, true);
  }

  private static AddressSettings addressSettings() {
    return new AddressSettings()
        .setMaxDeliveryAttempts(-1)
        .setRedeliveryDelay(FIRST_REDELIVERY)
        .setRedeliveryMultiplier(2)
        .setMaxRedeliveryDelay(LONGEST_REDELIVERY)
        .setDeadLetterAddress(SimpleString.of(DEAD))
        .setExpiryAddress(SimpleString.of(EXPIRED))
        .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
        .setMaxSizeBytes(MEMORY_PER_QUEUE)
        .setPageSizeBytes(PAGE);
  }

  private static CoreAddressConfiguration queue(String name) {
    return new CoreAddressConfiguration()
        .setName(name)
        .addRoutingType(RoutingType.ANYCAST)
        .addQueueConfig(
            QueueConfiguration.of(name).setRoutingType(RoutingType.ANYCAST).setDurable(true));
  }
}
