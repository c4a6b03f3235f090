package io.autotaskprovisioner.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The outbox in its two tables. Thread-safe. */
final class EventOutbox implements Outbox {

  private static final String INSERT_EVENT =
      """
      insert into event (id, type, account_id, instance_id, occurred_at, data_json)
      values (?, ?, ?, ?, ?, ?)
      on conflict do nothing
      """;

  private static final String INSERT_DELIVERIES =
      """
      insert into delivery
        (id, event_id, account_id, instance_id, destination, status, next_attempt_at, created_at)
      values %s
      on conflict do nothing
      """;

  private static final String DELIVERY_ROW = "(?, ?, ?, ?, ?, 'PENDING', ?, ?)";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Database database;
  private final List<Destination> destinations;
  private final Clock clock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  EventOutbox(Database database, List<Destination> destinations, Clock clock) {
    this.database = database;
    this.destinations = List.copyOf(destinations);
    this.clock = clock;
  }

  @Override
  public void record(Connection connection, InstanceEvent event) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_EVENT)) {
      insert.setLong(1, event.id());
      insert.setString(2, event.type());
      insert.setLong(3, event.accountId());
      insert.setLong(4, event.instanceId());
      insert.setObject(5, event.occurredAt().atOffset(ZoneOffset.UTC));
      insert.setString(6, withoutToken(event.data()));
      insert.executeUpdate();
    }
    List<Destination> wanting =
        destinations.stream().filter(destination -> destination.wants(event.type())).toList();
    if (!wanting.isEmpty()) {
      insertDeliveries(connection, event, wanting);
    }
  }

  /**
   * A run after a lost commit meets the rows of the first: one delivery per event and destination.
   */
  private void insertDeliveries(
      Connection connection, InstanceEvent event, List<Destination> wanting) throws SQLException {
    String rows = String.join(", ", Collections.nCopies(wanting.size(), DELIVERY_ROW));
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    try (PreparedStatement insert =
        connection.prepareStatement(INSERT_DELIVERIES.formatted(rows))) {
      int index = 1;
      for (Destination destination : wanting) {
        insert.setLong(index++, database.nextId(Sequence.DELIVERY));
        insert.setLong(index++, event.id());
        insert.setLong(index++, event.accountId());
        insert.setLong(index++, event.instanceId());
        insert.setString(index++, destination.name());
        insert.setObject(index++, now);
        insert.setObject(index++, now);
      }
      insert.executeUpdate();
    }
  }

  @Override
  public void wake() {
    listeners.forEach(Runnable::run);
  }

  /** Adds what {@link #wake} calls; it must return at once. */
  void onWake(Runnable listener) {
    listeners.add(listener);
  }

  /** The token rests sealed with its instance and nowhere else, whatever the caller passes. */
  private static String withoutToken(JsonNode data) {
    JsonNode stored = data;
    if (data.path("instance").has("token")) {
      stored = data.deepCopy();
      ((ObjectNode) stored.get("instance")).remove("token");
    }
    try {
      return JSON.writeValueAsString(stored);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The event's data cannot be written as JSON", e);
    }
  }
}
