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

  private static final String INSERT_DELIVERY =
      """
      insert into delivery
        (id, event_id, account_id, instance_id, destination, status, next_attempt_at, created_at)
      values (?, ?, ?, ?, ?, 'PENDING', ?, ?)
      on conflict do nothing
      """;

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
  public void record(Connection connection, List<InstanceEvent> events) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_EVENT)) {
      for (InstanceEvent event : events) {
        insert.setLong(1, event.id());
        insert.setString(2, event.type());
        insert.setLong(3, event.accountId());
        insert.setLong(4, event.instanceId());
        insert.setObject(5, event.occurredAt().atOffset(ZoneOffset.UTC));
        insert.setString(6, withoutToken(event.data()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    insertDeliveries(connection, events);
  }

  /**
   * A run after a lost commit meets the rows of the first: one delivery per event and destination.
   */
  private void insertDeliveries(Connection connection, List<InstanceEvent> events)
      throws SQLException {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    boolean any = false;
    try (PreparedStatement insert = connection.prepareStatement(INSERT_DELIVERY)) {
      for (InstanceEvent event : events) {
        for (Destination destination : destinations) {
          if (destination.wants(event.type())) {
            insert.setLong(1, database.nextId(Sequence.DELIVERY));
            insert.setLong(2, event.id());
            insert.setLong(3, event.accountId());
            insert.setLong(4, event.instanceId());
            insert.setString(5, destination.name());
            insert.setObject(6, now);
            insert.setObject(7, now);
            insert.addBatch();
            any = true;
          }
        }
      }
      if (any) {
        insert.executeBatch();
      }
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
