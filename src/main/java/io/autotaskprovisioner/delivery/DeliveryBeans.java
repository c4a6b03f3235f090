package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.TimeUtils;

/**
 * Binds {@code outbox} ({@link Outbox}) and {@code deliveries} ({@link Deliveries}) and starts the
 * delivery loops with the context. Needs a {@link Database}, {@link Vertx}, {@link MeterRegistry},
 * {@link Clock} and, where a destination includes tokens, {@link InstanceTokens} in the registry.
 */
public final class DeliveryBeans implements CamelConfiguration {

  private static final String RETRY_SCHEDULE = "delivery.retry.schedule";
  private static final String DEFAULT_SCHEDULE = "5s,5m,30m,2h,5h,10h,14h,20h,24h";

  @Override
  public void configure(CamelContext context) throws Exception {
    Settings settings = new Settings(context);
    Registry registry = context.getRegistry();
    Database database = registry.findSingleByType(Database.class);
    Clock clock = registry.findSingleByType(Clock.class);
    List<Destination> destinations = new DestinationSettings(settings).read();
    EventSenders senders =
        new EventSenders(
            context,
            registry.findSingleByType(Vertx.class),
            clock,
            database.dataSource(),
            destinations);
    DeliveryLoops loops =
        loops(
            destinations,
            senders,
            parts(settings, database, clock),
            registry,
            new Envelope(source(settings)));
    EventOutbox outbox = new EventOutbox(database, destinations, clock);
    outbox.onWake(loops::wake);
    registry.bind("outbox", outbox);
    registry.bind("deliveries", new Deliveries(database, destinations, clock, loops::wake));
    context.addService(
        new OrphanedDeliveries(
            database,
            new DeliveryDepth(database, clock),
            registry.findSingleByType(MeterRegistry.class),
            destinations),
        true,
        true);
    context.addService(senders, true, true);
    // Deferred: a destination may be a route, and those run by then.
    context.addService(loops, true, false);
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopping(CamelContext stopping) {
            // For the same reason before the routes stop.
            loops.stop();
          }
        });
  }

  /**
   * Checks the destinations of the settings without making the secrets that are generated at a
   * start.
   *
   * @return their names, sorted
   * @throws InvalidSettingException if one cannot be used
   */
  public static List<String> configured(CamelContext context) {
    return withoutSecretFiles(context).stream().map(Destination::name).toList();
  }

  /** What became of events, for a process that looks at them and delivers none. */
  public static Deliveries deliveriesAlone(CamelContext context) {
    Registry registry = context.getRegistry();
    return new Deliveries(
        registry.findSingleByType(Database.class),
        withoutSecretFiles(context),
        registry.findSingleByType(Clock.class),
        () -> {});
  }

  private static List<Destination> withoutSecretFiles(CamelContext context) {
    return new DestinationSettings(new Settings(context), name -> SigningSecret.generate()).read();
  }

  private static DestinationLoop.Parts parts(Settings settings, Database database, Clock clock) {
    Duration lease = settings.duration("delivery.lease", Duration.ofMinutes(2));
    if (lease.compareTo(Duration.ofSeconds(3)) < 0) {
      throw new InvalidSettingException("Setting delivery.lease is too short: give at least 3s.");
    }
    Duration pollInterval = settings.duration("delivery.poll-interval", Duration.ofMillis(500));
    if (pollInterval.toMillis() < 10) {
      throw new InvalidSettingException(
          "Setting delivery.poll-interval is too short: give at least 10ms.");
    }
    return new DestinationLoop.Parts(
        new DeliveryTable(database, clock, lease),
        new CompletionTable(database, clock),
        new DeliveryDepth(database, clock),
        new RetrySchedule(waits(settings), clock, () -> ThreadLocalRandom.current().nextDouble()),
        pollInterval,
        lease);
  }

  private static DeliveryLoops loops(
      List<Destination> destinations,
      EventSenders senders,
      DestinationLoop.Parts parts,
      Registry registry,
      Envelope envelope) {
    Vertx vertx = registry.findSingleByType(Vertx.class);
    MeterRegistry meters = registry.findSingleByType(MeterRegistry.class);
    // Looked up at the first use: the package that implements it may be bound later.
    InstanceTokens tokens =
        instanceId -> registry.findSingleByType(InstanceTokens.class).tokenOf(instanceId);
    List<DestinationLoop> loops = new ArrayList<>();
    for (int i = 0; i < destinations.size(); i++) {
      Destination destination = destinations.get(i);
      EventSender sender = senders.all().get(i);
      loops.add(
          new DestinationLoop(
              destination,
              parts,
              new DeliveryMeters(meters, destination.name()),
              new PostPreparation(envelope, tokens, destination.includeToken()),
              (answered, unsent) ->
                  new PostQueue(vertx, sender, destination.concurrency(), answered, unsent)));
    }
    return new DeliveryLoops(loops);
  }

  private static List<Duration> waits(Settings settings) {
    List<String> written = settings.list(RETRY_SCHEDULE);
    try {
      return (written.isEmpty() ? List.of(DEFAULT_SCHEDULE.split(",")) : written)
          .stream().map(DeliveryBeans::retryWait).toList();
    } catch (RuntimeException e) {
      throw new InvalidSettingException(
          "Setting %s cannot be read: give durations separated by commas, such as %s."
              .formatted(RETRY_SCHEDULE, DEFAULT_SCHEDULE),
          e);
    }
  }

  private static Duration retryWait(String text) {
    // Camel's reader passes over a sign.
    if (!text.matches("\\d+.*")) {
      throw new IllegalArgumentException("A wait begins with a digit");
    }
    return Duration.ofMillis(TimeUtils.toMilliSeconds(text));
  }

  private static String source(Settings settings) {
    String source = settings.text("delivery.source", "urn:autotask-provisioner");
    try {
      return new URI(source).toString();
    } catch (URISyntaxException e) {
      throw new InvalidSettingException(
          "Setting delivery.source is '%s': give a URI, such as urn:autotask-provisioner."
              .formatted(source),
          e);
    }
  }
}
