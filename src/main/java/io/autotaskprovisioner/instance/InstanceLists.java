package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * Pages of instances by rising id, filtered. Thread-safe.
 *
 * <p>What a page costs: where the filter {@linkplain InstanceFilter#isIndexed is indexed}, one
 * query that reads the rows it shows, whatever lies before them. Otherwise the candidates are
 * scanned in pieces of {@value #PIECE}, two short queries each, until the page is full, and at most
 * {@value #PIECES} pieces for one page: a scan holds no snapshot for long and no row in memory that
 * does not match.
 */
public final class InstanceLists {

  /** Candidates looked at in one transaction of a scan. */
  static final int PIECE = 20_000;

  /** Our choice: a page looks at 1.2 million rows at most, and then says where to go on. */
  static final int PIECES = 60;

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
  private final int pieces;

  public InstanceLists(Database database, Instances instances, InstanceRow row) {
    this(database, instances, row, PIECE, PIECES);
  }

  InstanceLists(Database database, Instances instances, InstanceRow row, int piece, int pieces) {
    this.database = database;
    this.instances = instances;
    this.whole = new Shape<>(InstanceRow.COLUMNS, InstanceRow.TENANT_JOIN, row::read, Instance::id);
    this.thin = new Shape<>(InstanceRow.SUMMARY_COLUMNS, "", row::readSummary, InstanceSummary::id);
    this.piece = piece;
    this.pieces = pieces;
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
    List<T> rows = read(connection, query, shape, afterId, ListQuery.END, size + 1);
    return cut(rows, shape, size, OptionalLong.empty());
  }

  /**
   * A page of any filter, in transactions of its own; waits for the database. A scan that came to
   * its bound answers what it has found, perhaps nothing, and where to go on.
   */
  public <T> Found<T> search(InstanceFilter filter, Shape<T> shape, long afterId, int size) {
    ListQuery query = database.transaction(connection -> new ListQuery(connection, filter));
    List<T> rows = new ArrayList<>();
    long from = afterId;
    for (int i = 0; i < pieces; i++) {
      long start = from;
      OptionalLong end = database.transaction(c -> boundary(c, query, start));
      int wanted = size + 1 - rows.size();
      rows.addAll(
          database.transaction(
              c -> read(c, query, shape, start, end.orElse(ListQuery.END), wanted)));
      if (rows.size() > size || end.isEmpty()) {
        return cut(rows, shape, size, OptionalLong.empty());
      }
      from = end.getAsLong();
    }
    return cut(rows, shape, size, OptionalLong.of(from));
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

  private static <T> List<T> read(
      Connection connection, ListQuery query, Shape<T> shape, long afterId, long upToId, int limit)
      throws SQLException {
    String sql = query.page(shape.columns(), shape.joins());
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      set(select, query.pageValues(afterId, upToId, limit));
      List<T> rows = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(shape.reader().read(row));
        }
      }
      return rows;
    }
  }

  private static <T> Found<T> cut(List<T> rows, Shape<T> shape, int size, OptionalLong scannedTo) {
    if (rows.size() <= size) {
      return new Found<>(rows, scannedTo);
    }
    T last = rows.get(size - 1);
    return new Found<>(rows.subList(0, size), OptionalLong.of(shape.id().applyAsLong(last)));
  }

  private static void set(PreparedStatement statement, List<Object> values) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
  }
}
