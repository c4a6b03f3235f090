package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Pages of instances by rising id, filtered. Thread-safe.
 *
 * <p>What a page costs: where the filter {@linkplain InstanceFilter#isIndexed is indexed}, one
 * query that reads the rows it shows, whatever lies before them. Otherwise the candidates are
 * scanned in pieces of {@value #PIECE}, two short queries each, until the page is full or the time
 * for it is used up: a scan holds no snapshot for long and no row in memory that does not match.
 * The rows of the page are read at its end.
 */
public final class InstanceLists {

  /** Candidates looked at in one transaction of a scan. */
  static final int PIECE = 20_000;

  /** Our choice: so long a page looks for matches, and then says where to go on. */
  static final Duration SCAN_TIME = Duration.ofSeconds(5);

  /** Our choice: of a filtered list with more candidates than this no total is told. */
  static final int COUNTED = 10_000;

  /**
   * What is read of each row.
   *
   * @param columns of the instance {@code i} and of what the joins bring
   */
  public record Shape<T>(String columns, String joins, RowReader<T> reader, ToLongFunction<T> id) {}

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

  public InstanceLists(Database database, Instances instances, InstanceRow row) {
    this(database, instances, row, PIECE, SCAN_TIME);
  }

  InstanceLists(
      Database database, Instances instances, InstanceRow row, int piece, Duration scanTime) {
    this.database = database;
    this.instances = instances;
    this.whole = new Shape<>(InstanceRow.COLUMNS, InstanceRow.TENANT_JOIN, row::read, Instance::id);
    this.thin = new Shape<>(InstanceRow.SUMMARY_COLUMNS, "", row::readSummary, InstanceSummary::id);
    this.piece = piece;
    this.scanTime = scanTime;
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
    List<T> rows =
        read(
            connection,
            query.page(shape.columns(), shape.joins()),
            query.pageValues(afterId, ListQuery.END, size + 1),
            shape.reader());
    if (rows.size() <= size) {
      return new Found<>(rows, OptionalLong.empty());
    }
    long last = shape.id().applyAsLong(rows.get(size - 1));
    return new Found<>(rows.subList(0, size), OptionalLong.of(last));
  }

  /**
   * A page of any filter, in transactions of its own; waits for the database. Where the time ran
   * out it answers what it has found, perhaps nothing, and where to go on.
   */
  public <T> Found<T> search(InstanceFilter filter, Shape<T> shape, long afterId, int size) {
    long began = System.nanoTime();
    ListQuery query = database.transaction(connection -> new ListQuery(connection, filter));
    List<Long> ids = new ArrayList<>();
    OptionalLong place = OptionalLong.of(afterId);
    do {
      long start = place.getAsLong();
      int wanted = size + 1 - ids.size();
      place = database.transaction(connection -> boundary(connection, query, start));
      long end = place.orElse(ListQuery.END);
      ids.addAll(database.transaction(connection -> ids(connection, query, start, end, wanted)));
    } while (ids.size() <= size && place.isPresent() && isTimeLeft(began));
    boolean full = ids.size() > size;
    List<Long> shown = full ? ids.subList(0, size) : ids;
    List<T> rows = database.transaction(connection -> rows(connection, shape, shown));
    return new Found<>(rows, full ? OptionalLong.of(shown.get(size - 1)) : place);
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
    if (ids.isEmpty()) {
      return List.of();
    }
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
