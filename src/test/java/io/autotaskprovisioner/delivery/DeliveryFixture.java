package io.autotaskprovisioner.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/** The parts of delivery wired as in production, over a database and receivers of the test. */
final class DeliveryFixture implements AutoCloseable {

  static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static final String OTHER_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  static final String TOKEN = "token-of-the-instance";
  static final long ACCOUNT = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  final MovableClock clock = new MovableClock();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Vertx vertx = Vertx.vertx();
  final Database database;
  final List<Destination> destinations;
  final EventOutbox outbox;
  final Deliveries deliveries;
  final CamelContext context = new DefaultCamelContext();
  private final List<DeliveryLoops> running = new ArrayList<>();
  private final List<EventSenders> opened = new ArrayList<>();
  private long nextEvent = 1;

  DeliveryFixture(Database database, Destination... destinations) {
    this.database = database;
    this.destinations = List.of(destinations);
    this.outbox = new EventOutbox(database, this.destinations, clock);
    this.deliveries = new Deliveries(database, this.destinations, clock, outbox::wake);
  }

  static Destination destination(String name, String url) {
    return webhook(name, url, false, 8, Duration.ofSeconds(2));
  }

  static Destination webhook(
      String name, String url, boolean includeToken, int concurrency, Duration timeout) {
    return new Destination(
        name,
        new Target.Webhook(URI.create(url), List.of(SigningSecret.parse(SECRET))),
        Set.of(),
        includeToken,
        concurrency,
        timeout);
  }

  /** Loops as one process has them. */
  DeliveryLoops start(Database loopDatabase, Duration lease, Duration... waits) {
    DestinationLoop.Parts parts =
        new DestinationLoop.Parts(
            new DeliveryTable(loopDatabase, clock, lease),
            new CompletionTable(loopDatabase, clock),
            new DeliveryDepth(loopDatabase, clock),
            new RetrySchedule(List.of(waits), clock, () -> 0.5),
            Duration.ofMillis(50),
            lease);
    EventSenders senders =
        new EventSenders(context, vertx, Clock.systemUTC(), database.dataSource(), destinations);
    opened.add(senders);
    senders.start();
    List<DestinationLoop> loops = new ArrayList<>();
    for (int i = 0; i < destinations.size(); i++) {
      Destination destination = destinations.get(i);
      EventSender sender = senders.all().get(i);
      loops.add(
          new DestinationLoop(
              destination,
              parts,
              new DeliveryMeters(meters, destination.name()),
              new PostPreparation(
                  new Envelope("urn:test"), id -> Optional.of(TOKEN), destination.includeToken()),
              (answered, unsent) ->
                  new PostQueue(vertx, sender, destination.concurrency(), answered, unsent)));
    }
    DeliveryLoops started = new DeliveryLoops(loops);
    outbox.onWake(started::wake);
    running.add(started);
    started.start();
    return started;
  }

  /** Records and commits an event, and tells the loops. */
  InstanceEvent record(String type) {
    InstanceEvent event = event(nextEvent++, type);
    commit(event);
    outbox.wake();
    return event;
  }

  void commit(InstanceEvent event) {
    database.transaction(
        connection -> {
          outbox.record(connection, event);
          return null;
        });
  }

  InstanceEvent event(long id, String type) {
    return new InstanceEvent(id, type, ACCOUNT, 7000 + id, clock.instant(), data(id));
  }

  private static JsonNode data(long id) {
    try {
      return JSON.readTree(
          """
          {"instance": {"id": %d, "name": "Müller & Söhne", "valid": true},
           "autotask": {"zoneName": "America East", "databaseId": 12}}
          """
              .formatted(7000 + id));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  List<DeliveryEntry> all() {
    return deliveries.list(DeliveryFilter.ofAccount(ACCOUNT), 0, 100_000);
  }

  List<DeliveryEntry> in(DeliveryStatus status) {
    return deliveries.list(DeliveryFilter.ofAccount(ACCOUNT).withStatus(status), 0, 100_000);
  }

  @Override
  public void close() {
    CompletableFuture.allOf(
            running.stream()
                .map(loops -> CompletableFuture.runAsync(loops::stop))
                .toArray(CompletableFuture[]::new))
        .join();
    opened.forEach(EventSenders::stop);
    context.stop();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** A clock that runs on, and that the test moves ahead. */
  static final class MovableClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    void move(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public java.time.ZoneId getZone() {
      return java.time.ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      throw new UnsupportedOperationException("UTC only");
    }
  }
}
