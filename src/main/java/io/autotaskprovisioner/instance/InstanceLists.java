package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pages of instances by rising id, filtered. Thread-safe.
 *
 * <p>What a page costs: where the filter {@linkplain InstanceFilter#isIndexed is indexed}, one
 * query that reads the rows it shows, whatever lies before them. Otherwise the candidates are
 * scanned in pieces of {@value #PIECE}, two short queries each, until the page is full or the time
 * for it is used up: a scan holds no snapshot for long and no row in memory that does not match.
 * The rows of the page are read at its end.
 *
 * <p>A page whose rows weigh too much together ends before it is full, so that no number of large
 * instances takes more memory than a few.
 */
public final class InstanceLists {

  /** Candidates looked at in one transaction of a scan. */
  static final int PIECE = 20_000;

  /** Our choice: so long a page looks for matches, and then says where to go on. */
  static final Duration SCAN_TIME = Duration.ofSeconds(5);

  /** Rows read at once, each of which may be as large as a body. */
  static final int SLICE = 25;

  /** Our choice: 500 usual instances weigh a quarter of it. In characters. */
  static final long MAX_WEIGHT = 2_000_000;

  /** Our choice: of a filtered list with more candidates than this no total is told. */
  static final int COUNTED = 10_000;

  /**
   * What is read of each row.
   *
   * @param columns of the instance {@code i} and of what the joins bring
   * @param weight of what may be long, in characters
   */
  public record Shape<T>(
      String columns,
      String joins,
      RowReader<T> reader,
      ToLongFunction<T> id,
      ToLongFunction<T> weight) {}

  /** Makes an object of the row that the cursor stands on. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /**
   * One page.
   *
   * @param next the id behind which the list goes on; empty at its end
   */
  public record Found<T>(List<T> rows, OptionalLong next) {

    public Found {
      rows = List.copyOf(rows);
    }
  }

  private final Database database;
  private final Instances instances;
  private final Shape<Instance> whole;
  private final Shape<InstanceSummary> thin;
  private final int piece;
  private final Duration scanTime;
  private final long maxWeight;

  public InstanceLists(Database database, Instances instances, InstanceRow row) {
    this(database, instances, row, PIECE, SCAN_TIME, MAX_WEIGHT);
  }

  InstanceLists(
      Database database,
      Instances instances,
      InstanceRow row,
      int piece,
      Duration scanTime,
      long maxWeight) {
    this.database = database;
    this.instances = instances;
    this.whole =
        new Shape<>(
            InstanceRow.COLUMNS,
            InstanceRow.TENANT_JOIN,
            row::read,
            Instance::id,
            InstanceLists::weight);
    this.thin =
        new Shape<>(
            InstanceRow.SUMMARY_COLUMNS,
            "",
            row::readSummary,
            InstanceSummary::id,
            summary -> weight(summary.tags()));
    this.piece = piece;
    this.scanTime = scanTime;
    this.maxWeight = maxWeight;
  }

  private static long weight(Instance instance) {
    long weight = weight(instance.tags());
    for (Map.Entry<String, @Nullable String> entry : instance.configuration().entrySet()) {
      weight += entry.getKey().length();
      weight += entry.getValue() == null ? 0 : entry.getValue().length();
    }
    return weight;
  }

  private static long weight(List<String> texts) {
    return texts.stream().mapToLong(String::length).sum();
  }

  /** Reads whole instances. */
  public Shape<Instance> whole() {
    return whole;
  }

  /** Reads them without their configuration, whose secrets stay sealed. */
  public Shape<InstanceSummary> thin() {
    return thin;
  }

  /** A page of a filter that is indexed, on the caller's connection. */
  public <T> Found<T> page(
      Connection connection, InstanceFilter filter, Shape<T> shape, long afterId, int size)
      throws SQLException {
    ListQuery query = new ListQuery(connection, filter);
    String sql = query.page(shape.columns(), shape.joins());
    List<T> rows = new ArrayList<>();
    long weight = 0;
    long place = afterId;
    boolean isMore = true;
    while (isMore && rows.size() <= size && weight <= maxWeight) {
      int wanted = Math.min(SLICE, size + 1 - rows.size());
      List<T> slice =
          read(connection, sql, query.pageValues(place, ListQuery.END, wanted), shape.reader());
      rows.addAll(slice);
      isMore = slice.size() == wanted;
      if (isMore) {
        place = shape.id().applyAsLong(slice.get(wanted - 1));
        weight += slice.stream().mapToLong(shape.weight()).sum();
      }
    }
    if (!isMore && rows.size() <= size) {
      return new Found<>(rows, OptionalLong.empty());
    }
    List<T> shown = rows.subList(0, Math.min(rows.size(), size));
    return new Found<>(shown, OptionalLong.of(shape.id().applyAsLong(shown.get(shown.size() - 1))));
  }

  /**
   * A page of any filter, in transactions of its own; waits for the database. Where the time ran
   * out it answers what it has found, perhaps nothing, and where to go on.
   */
  public <T> Found<T> search(InstanceFilter filter, Shape<T> shape, long afterId, int size) {
    long began = System.nanoTime();
    ListQuery query = database.query(connection -> new ListQuery(connection, filter));
    List<Long> ids = new ArrayList<>();
    OptionalLong place = OptionalLong.of(afterId);
    do {
      long start = place.getAsLong();
      int wanted = size + 1 - ids.size();
      place = database.query(connection -> boundary(connection, query, start));
      long end = place.orElse(ListQuery.END);
      ids.addAll(database.query(connection -> ids(connection, query, start, end, wanted)));
    } while (ids.size() <= size && place.isPresent() && isTimeLeft(began));
    boolean full = ids.size() > size;
    List<Long> shown = full ? ids.subList(0, size) : ids;
    OptionalLong behind = full ? OptionalLong.of(shown.get(size - 1)) : place;
    return rows(shape, shown, behind);
  }

  /** Of the ids those that are not too many together. */
  private <T> Found<T> rows(Shape<T> shape, List<Long> ids, OptionalLong behindAll) {
    List<T> rows = new ArrayList<>();
    long weight = 0;
    int read = 0;
    while (read < ids.size() && weight <= maxWeight) {
      List<Long> slice = ids.subList(read, Math.min(read + SLICE, ids.size()));
      List<T> some = database.query(connection -> rows(connection, shape, slice));
      rows.addAll(some);
      weight += some.stream().mapToLong(shape.weight()).sum();
      read += slice.size();
    }
    return new Found<>(rows, read == ids.size() ? behindAll : OptionalLong.of(ids.get(read - 1)));
  }

  private boolean isTimeLeft(long began) {
    return System.nanoTime() - began < scanTime.toNanos();
  }

  /**
   * How many instances the filter lets through: a kept number where it names no tag and no text,
   * else counted over at most {@value #COUNTED} candidates, and empty where there are more.
   */
  public OptionalLong total(Connection connection, InstanceFilter filter) throws SQLException {
    if (filter.tags().isEmpty() && filter.searchText() == null) {
      return OptionalLong.of(kept(connection, filter));
    }
    if (filter.tags().isEmpty() && kept(connection, filter) > COUNTED) {
      return OptionalLong.empty();
    }
    ListQuery query = new ListQuery(connection, filter);
    try (PreparedStatement select = connection.prepareStatement(query.counts())) {
      set(select, query.countsValues(COUNTED + 1));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1) > COUNTED ? OptionalLong.empty() : OptionalLong.of(row.getLong(2));
      }
    }
  }

  private long kept(Connection connection, InstanceFilter filter) throws SQLException {
    return filter.elementKey() == null
        ? instances.count(connection, filter.accountId())
        : instances.count(connection, filter.accountId(), filter.elementKey());
  }

  private OptionalLong boundary(Connection connection, ListQuery query, long afterId)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query.boundary())) {
      set(select, query.boundaryValues(afterId, piece));
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  private static List<Long> ids(
      Connection connection, ListQuery query, long afterId, long upToId, int limit)
      throws SQLException {
    return read(
        connection, query.ids(), query.pageValues(afterId, upToId, limit), row -> row.getLong(1));
  }

  private static <T> List<T> rows(Connection connection, Shape<T> shape, List<Long> ids)
      throws SQLException {
    String sql = ListQuery.rows(shape.columns(), shape.joins(), ids.size());
    return read(connection, sql, ids, shape.reader());
  }

  private static <T> List<T> read(
      Connection connection, String sql, List<? extends Object> values, RowReader<T> reader)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      set(select, values);
      List<T> rows = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(reader.read(row));
        }
      }
      return rows;
    }
  }

  private static void set(PreparedStatement statement, List<? extends Object> values)
      throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
  }
}
