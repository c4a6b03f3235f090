package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What became of events, for callers and operators, and how to run it again. Thread-safe; every
 * method waits for the database, so none may be called on an event loop, and throws {@code
 * StorageException} where it fails.
 */
public final class Deliveries {

  private static final String STATES =
      "select destination, disabled_at, reason from destination_state";

  private static final String ENABLE = "delete from destination_state where destination = ?";

  private final Database database;
  private final List<Destination> destinations;
  private final DeliveryQuery query = new DeliveryQuery();
  private final Redelivery redelivery;
  private final DeliveryDepth depth;
  private final Discarding discarding;
  private final Runnable wake;

  Deliveries(Database database, List<Destination> destinations, Clock clock, Runnable wake) {
    this.database = database;
    this.destinations = List.copyOf(destinations);
    this.redelivery = new Redelivery(database, clock);
    this.depth = new DeliveryDepth(database, clock);
    this.discarding = new Discarding(database, clock);
    this.wake = wake;
  }

  /**
   * The deliveries of the filter, newest id last.
   *
   * @param afterId of the last one already seen; 0 begins
   * @param limit at least 1
   */
  public List<DeliveryEntry> list(DeliveryFilter filter, long afterId, int limit) {
    return database.transaction(connection -> query.list(connection, filter, afterId, limit));
  }

  /**
   * @param accountId null only where an operator asks
   */
  public Optional<DeliveryEntry> find(@Nullable Long accountId, long id) {
    DeliveryFilter filter = new DeliveryFilter(accountId, null, null, null, null);
    return list(filter, id - 1, 1).stream().filter(entry -> entry.id() == id).findFirst();
  }

  /**
   * Makes one finished delivery pending again, due at once, with its attempts reset. One that goes
   * to a disabled destination is given up again: enable that first.
   *
   * @param accountId null only where an operator asks
   * @return false where there is none, or it is pending or being sent
   */
  public boolean redeliver(@Nullable Long accountId, long id) {
    boolean found = redelivery.one(accountId, id);
    wake.run();
    return found;
  }

  /**
   * Makes all finished deliveries of the filter pending again with their attempts reset, due one
   * after the other at the rate. The times are stored, so it goes on after a restart; {@link
   * #discard} cancels what is still pending.
   *
   * <p>Our choice: a filter without a status means the exhausted ones; delivered and discarded ones
   * are sent again only where the filter names that status.
   *
   * @param ratePerSecond at least 1
   * @return how many
   * @throws IllegalArgumentException for a rate below 1, or the status PENDING or SENDING
   */
  public long redeliver(DeliveryFilter filter, int ratePerSecond) {
    long count = redelivery.all(filter, ratePerSecond);
    wake.run();
    return count;
  }

  /**
   * Gives up the deliveries of the filter that wait, whatever its status says; answers how many.
   * What is being sent goes on.
   */
  public long discard(DeliveryFilter filter) {
    return discarding.all(filter);
  }

  /**
   * Gives up one delivery that waits.
   *
   * @param id of one that {@link #find} gave to the same caller
   * @return false where it is being sent or finished
   */
  public boolean discard(long id) {
    return discarding.one(id);
  }

  /**
   * Lets a disabled destination take events again. What was given up meanwhile stays exhausted
   * until it is redelivered.
   *
   * @return false where it was not disabled
   */
  public boolean enable(String destination) {
    boolean enabled =
        database.transaction(
            connection -> {
              try (PreparedStatement delete = connection.prepareStatement(ENABLE)) {
                delete.setString(1, destination);
                return delete.executeUpdate() > 0;
              }
            });
    wake.run();
    return enabled;
  }

  /**
   * The configured destinations, sorted by name, then those that have left the settings while
   * something waits for them.
   */
  public List<DestinationEntry> destinations() {
    Map<String, Disabled> disabled = database.transaction(Deliveries::disabled);
    Set<String> removed = new TreeSet<>(database.transaction(DeliveryQuery::waitingDestinations));
    List<DestinationEntry> entries = new ArrayList<>();
    for (Destination destination : destinations) {
      removed.remove(destination.name());
      Disabled state = disabled.get(destination.name());
      entries.add(
          new DestinationEntry(
              destination.name(),
              destination.target().kind(),
              destination.target().shown(),
              destination.eventTypes(),
              destination.includeToken(),
              destination.concurrency(),
              state == null ? null : state.at(),
              state == null ? null : state.reason()));
    }
    removed.forEach(name -> entries.add(DestinationEntry.removed(name)));
    return List.copyOf(entries);
  }

  /** How much waits for each configured destination, by its name. */
  public Map<String, DestinationDepth> depths() {
    Set<String> names = new TreeSet<>(database.transaction(DeliveryQuery::waitingDestinations));
    destinations.forEach(destination -> names.add(destination.name()));
    Map<String, DestinationDepth> depths = new TreeMap<>();
    names.forEach(
        name -> {
          DeliveryDepth.Depth measured = depth.measure(name);
          depths.put(
              name,
              new DestinationDepth(
                  measured.counts().getOrDefault(DeliveryStatus.PENDING, 0L),
                  measured.counts().getOrDefault(DeliveryStatus.SENDING, 0L),
                  measured.counts().getOrDefault(DeliveryStatus.EXHAUSTED, 0L),
                  measured.oldestDueSeconds()));
        });
    return depths;
  }

  private record Disabled(Instant at, String reason) {}

  private static Map<String, Disabled> disabled(Connection connection) throws SQLException {
    Map<String, Disabled> disabled = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(STATES);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        disabled.put(
            rows.getString(1),
            new Disabled(rows.getObject(2, OffsetDateTime.class).toInstant(), rows.getString(3)));
      }
    }
    return disabled;
  }
}
