package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.intake.MessageRecords;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the queue door and what sends its replies, unless {@code queue.enabled} is false. */
public final class QueueBeans implements CamelConfiguration {

  private static final String ROUTE = "intake-queue";
  private static final String LEASE = "queue.reply-lease";
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    QueueSettings queue = registry.findSingleByType(QueueSettings.class);
    if (!queue.enabled()) {
      return;
    }
    Settings settings = new Settings(context);
    ConnectionFactory connections =
        registry.lookupByNameAndType("queueConnections", ConnectionFactory.class);
    registry.bind("listenerContainers", new ListenerContainers());
    registry.bind(
        "messageReading",
        new MessageReading(registry.findSingleByType(MessageRecords.class), queue));
    registry.bind(
        "invalidMessages", new InvalidMessages(connections, queue.invalid(), queue.transacted()));
    registry.bind("unstorableMessage", new UnstorableMessage());
    ReplySender replies =
        new ReplySender(
            registry.findSingleByType(Replies.class),
            new ReplyContent(
                registry.findSingleByType(Database.class),
                registry.findSingleByType(Instances.class),
                registry.findSingleByType(InstanceJson.class),
                settings.flag("queue.include-token", false)),
            new ReplyPost(connections, queue, registry.findSingleByType(KeyRing.class)),
            lease(settings),
            registry.findSingleByType(MeterRegistry.class),
            settings.integer("queue.reply.max-attempts", 100, 6, 100_000));
    context.addService(replies, true, true);
    QueueStart start = registry.findSingleByType(QueueStart.class);
    start.whenStarted(replies::begin);
    start.whenStarted(() -> startRoute(context));
  }

  private static Duration lease(Settings settings) {
    Duration lease = settings.duration(LEASE, Duration.ofMinutes(1));
    if (lease.compareTo(SHORTEST_LEASE) < 0) {
      throw new InvalidSettingException("Setting " + LEASE + " is too short: give at least 3s.");
    }
    return lease;
  }

  private static void startRoute(CamelContext context) {
    try {
      if (context.getRoute(ROUTE) != null) {
        context.getRouteController().startRoute(ROUTE);
      }
    } catch (Exception e) {
      throw new IllegalStateException("The queue door cannot be opened", e);
    }
  }
}
