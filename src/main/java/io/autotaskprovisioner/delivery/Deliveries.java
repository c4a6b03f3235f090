package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.BulkPiece;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.PagedQuery.Part;
import io.autotaskprovisioner.storage.PagedQuery.Search;
import io.autotaskprovisioner.storage.PagedQuery.Slice;
import io.autotaskprovisioner.storage.SqlCondition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
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
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of events, for callers and operators, and how to run it again. Thread-safe; every
 * method waits for the database, so none may be called on an event loop, and throws {@code
 * StorageException} where it fails.
 */
public final class Deliveries {

  private static final Duration WHOLE = Duration.ofDays(1);

  private static final String STATES =
      "select destination, disabled_at, reason from destination_state";

  private static final String ENABLE = "delete from destination_state where destination = ?";

  private final Database database;
  private final List<Destination> destinations;
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
    return slice(filter, afterId, limit, WHOLE).rows();
  }

  /**
   * The same at a bounded cost: where the filter is sparse it may end before the limit is reached,
   * and says where to go on.
   *
   * @param patience when no further rows are looked at
   */
  public Slice<DeliveryEntry> slice(
      DeliveryFilter filter, long afterId, int limit, Duration patience) {
    return DeliveryQuery.ENTRIES.slice(
        database, DeliveryQuery.search(filter), afterId, limit, patience);
  }

  /**
   * @param accountId null only where an operator asks
   */
  public Optional<DeliveryEntry> find(@Nullable Long accountId, long id) {
    Search one =
        new Search(
            List.of(
                new Part(
                    SqlCondition.NONE.and("d.id = ?", id).and("d.account_id = ?", accountId),
                    "d.id")),
            SqlCondition.NONE);
    return DeliveryQuery.ENTRIES.slice(database, one, 0, 1, WHOLE).rows().stream().findFirst();
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
   * Makes finished deliveries of the filter pending again with their attempts reset: one bounded
   * piece, oldest first, on the caller's connection. Call {@link #wake} after the commit.
   *
   * <p>Our choice: a filter without a status means the exhausted ones; delivered and discarded ones
   * are sent again only where the filter names that status.
   *
   * @param afterId where the piece begins; 0 for the first
   * @param lastId what is newer is left alone
   * @param limit rows that are looked at, at most
   * @param due when the first, the second, … is due, counted from 0
   * @throws IllegalArgumentException for the status PENDING or SENDING
   */
  public BulkPiece redeliverPiece(
      Connection connection,
      DeliveryFilter filter,
      long afterId,
      long lastId,
      int limit,
      IntFunction<Instant> due)
      throws SQLException {
    return Redelivery.piece(connection, filter, afterId, lastId, limit, due);
  }

  /**
   * Gives up the deliveries of the filter that wait, or with the status EXHAUSTED those that were
   * given up: one bounded piece, oldest first, on the caller's connection. What is being sent goes
   * on.
   */
  public BulkPiece discardPiece(
      Connection connection, DeliveryFilter filter, long afterId, long lastId, int limit)
      throws SQLException {
    return discarding.piece(connection, filter, afterId, lastId, limit);
  }

  /** How many {@link #redeliverPiece} would look at, counted up to the limit. */
  public long countToRedeliver(DeliveryFilter filter, long limit) {
    DeliveryFilter finished =
        filter.status() == null ? filter.withStatus(DeliveryStatus.EXHAUSTED) : filter;
    return count(DeliveryQuery.search(finished), limit);
  }

  /** How many {@link #discardPiece} would look at, counted up to the limit. */
  public long countToDiscard(DeliveryFilter filter, long limit) {
    return count(Discarding.search(filter, filter.status() == DeliveryStatus.EXHAUSTED), limit);
  }

  private long count(Search search, long limit) {
    return database.query(connection -> DeliveryQuery.IDS.count(connection, search, limit));
  }

  /** The newest delivery; 0 where there is none. */
  public long lastId(Connection connection) throws SQLException {
    return DeliveryQuery.lastId(connection);
  }

  /** Looks for due deliveries at once; returns at once. */
  public void wake() {
    wake.run();
  }

  /**
   * Gives up one delivery that waits, or was given up.
   *
   * @param id of one that {@link #find} gave to the same caller
   * @return false where it is being sent, delivered or discarded
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
