package io.autotaskprovisioner.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a long table page by page in the order of its ids, at a bounded cost whatever the filter: a
 * window of rows is found by an index alone, and only the rows within it are looked at. So one look
 * may bring fewer rows than were asked for, or none, and say where to go on. Thread-safe.
 *
 * <p>Where no index serves the filter as a whole, several parts that one serves, such as the rows
 * in each status, are read side by side and merged.
 *
 * @param <T> what a row becomes
 */
public final class PagedQuery<T> {

  /**
   * Our choice: on either database less than a tenth of a second, and a sparse filter goes over a
   * million rows in fifty looks.
   */
  static final int WINDOW = 20_000;

  /** Whether ids rise or fall from page to page. */
  public enum Direction {
    RISING(">", "<=", "max", "", Long.MAX_VALUE),
    FALLING("<", ">=", "min", " desc", Long.MIN_VALUE);

    private final String behind;
    private final String upTo;
    private final String furthest;
    private final String order;
    private final long last;

    Direction(String behind, String upTo, String furthest, String order, long last) {
      this.behind = behind;
      this.upTo = upTo;
      this.furthest = furthest;
      this.order = order;
      this.last = last;
    }

    private boolean isWithin(long id, long boundary) {
      return this == RISING ? id <= boundary : id >= boundary;
    }

    private long nearer(long first, long second) {
      return this == RISING ? Math.min(first, second) : Math.max(first, second);
    }
  }

  /**
   * Rows that one index finds in the order of their ids.
   *
   * @param condition equality of the index's first columns
   * @param order the index's columns, the id last: named so, H2 reads that index rather than sort
   */
  public record Part(SqlCondition condition, String order) {}

  /**
   * What is looked for.
   *
   * @param parts without a row in common
   * @param further conditions that each row of the window is tried against
   */
  public record Search(List<Part> parts, SqlCondition further) {}

  /**
   * @param next the id behind which the list goes on; empty at its end
   */
  public record Slice<T>(List<T> rows, OptionalLong next) {}

  /**
   * @param position the id up to which everything was looked at
   * @param end whether nothing lies behind it
   */
  public record Look<T>(List<T> rows, long position, boolean end) {}

  /** Makes something of the row that the cursor stands on. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final String columns;
  private final String table;
  private final String joined;
  private final String id;
  private final RowReader<T> reader;
  private final ToLongFunction<T> idOf;

  /**
   * @param table with its alias, if it has one
   * @param joined further tables that the columns or further conditions need; may be empty
   * @param id the id's column, with the alias
   */
  public PagedQuery(
      String columns,
      String table,
      String joined,
      String id,
      RowReader<T> reader,
      ToLongFunction<T> idOf) {
    this.columns = columns;
    this.table = table;
    this.joined = joined;
    this.id = id;
    this.reader = reader;
    this.idOf = idOf;
  }

  /**
   * The rows behind an id by rising ids, one look a transaction.
   *
   * @param limit at least 1
   * @param patience when no further look is begun
   */
  public Slice<T> slice(
      Database database, Search search, long afterId, int limit, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    List<T> rows = new ArrayList<>();
    long position = afterId;
    while (true) {
      long from = position;
      // One more than asked for tells whether there is another page.
      int wanted = limit + 1 - rows.size();
      Look<T> look =
          database.query(connection -> look(connection, search, Direction.RISING, from, wanted));
      rows.addAll(look.rows());
      position = look.position();
      if (rows.size() > limit) {
        List<T> page = rows.subList(0, limit);
        return new Slice<>(
            List.copyOf(page), OptionalLong.of(idOf.applyAsLong(page.get(limit - 1))));
      }
      if (look.end()) {
        return new Slice<>(List.copyOf(rows), OptionalLong.empty());
      }
      if (System.nanoTime() - end >= 0) {
        return new Slice<>(List.copyOf(rows), OptionalLong.of(position));
      }
    }
  }

  /**
   * One look behind the id, at most a window of each part.
   *
   * @param limit at least 1
   */
  public Look<T> look(
      Connection connection, Search search, Direction direction, long behindId, int limit)
      throws SQLException {
    List<T> found = new ArrayList<>();
    long horizon = direction.last;
    for (Part part : search.parts()) {
      long boundary =
          search.further().isEmpty()
              ? direction.last
              : boundary(connection, part, direction, behindId);
      List<T> rows = rows(connection, part, search.further(), direction, behindId, boundary, limit);
      found.addAll(rows);
      horizon =
          direction.nearer(
              horizon, rows.size() == limit ? idOf.applyAsLong(rows.get(limit - 1)) : boundary);
    }
    long within = horizon;
    Comparator<T> byId = Comparator.comparingLong(idOf);
    List<T> rows =
        found.stream()
            .filter(row -> direction.isWithin(idOf.applyAsLong(row), within))
            .sorted(direction == Direction.RISING ? byId : byId.reversed())
            .toList();
    if (rows.size() > limit) {
      List<T> first = rows.subList(0, limit);
      return new Look<>(first, idOf.applyAsLong(first.get(limit - 1)), false);
    }
    return new Look<>(rows, horizon, horizon == direction.last);
  }

  /** How many rows there are, counted up to the limit. */
  public long count(Connection connection, Search search, long limit) throws SQLException {
    long count = 0;
    for (Part part : search.parts()) {
      SqlCondition condition = part.condition().and(search.further());
      String sql =
          "select count(*) from (select %s from %s%s where 1 = 1%s limit ?) counted"
              .formatted(id, table, joined, condition.sql());
      try (PreparedStatement query = connection.prepareStatement(sql)) {
        query.setLong(condition.bind(query, 1), limit - count);
        try (ResultSet row = query.executeQuery()) {
          row.next();
          count += row.getLong(1);
        }
      }
      if (count >= limit) {
        return limit;
      }
    }
    return count;
  }

  /** The query that {@link #look} makes of one part without a boundary, for plans. */
  public String sql(Part part, SqlCondition further) {
    return sql(part, further, Direction.RISING, false);
  }

  private String sql(Part part, SqlCondition further, Direction direction, boolean bounded) {
    return "select %s from %s%s where %s %s ?%s%s order by %s limit ?"
        .formatted(
            columns,
            table,
            joined,
            id,
            direction.behind,
            bounded ? " and %s %s ?".formatted(id, direction.upTo) : "",
            part.condition().and(further).sql(),
            order(part, direction));
  }

  private static String order(Part part, Direction direction) {
    return Stream.of(part.order().split(","))
        .map(column -> column.strip() + direction.order)
        .collect(Collectors.joining(", "));
  }

  private List<T> rows(
      Connection connection,
      Part part,
      SqlCondition further,
      Direction direction,
      long behindId,
      long boundary,
      int limit)
      throws SQLException {
    boolean bounded = boundary != direction.last;
    List<T> rows = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(sql(part, further, direction, bounded))) {
      int next = 1;
      query.setLong(next++, behindId);
      if (bounded) {
        query.setLong(next++, boundary);
      }
      next = part.condition().and(further).bind(query, next);
      query.setInt(next, limit);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          rows.add(reader.read(row));
        }
      }
    }
    return rows;
  }

  /** The last id of a window; that of the direction where fewer rows are left. */
  private long boundary(Connection connection, Part part, Direction direction, long behindId)
      throws SQLException {
    String sql =
        """
        select count(*), %s(window_id) from (
          select %s as window_id from %s where %s %s ?%s order by %s limit ?) first_rows
        """
            .formatted(
                direction.furthest,
                id,
                table,
                id,
                direction.behind,
                part.condition().sql(),
                order(part, direction));
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, behindId);
      query.setInt(part.condition().bind(query, 2), WINDOW);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getInt(1) < WINDOW ? direction.last : row.getLong(2);
      }
    }
  }
}
