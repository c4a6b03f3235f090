package io.autotaskprovisioner.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far batches have been read into the journal, as one transaction found it: records at or below
 * that are passed over, so that a reading that was cut off can begin anywhere before.
 */
final class ReadPosition {

  private static final String READ =
      "select id, records_read, status, read_at, reader from batch where id = any(?)";

  // The first lock on the batch, taken late: completions of a running batch need its row as well.
  private static final String ADVANCE =
      """
      update batch set records_read = ?, progress_at = ?
      where id = ? and records_read = ? and (cast(? as bigint) is null or reader = ?)
      """;

  private final Map<Long, Long> positions;
  private final Map<Long, Long> readers;

  private ReadPosition(Map<Long, Long> positions, Map<Long, Long> readers) {
    this.positions = positions;
    this.readers = readers;
  }

  /**
   * Reads the positions of the batches that the rows belong to.
   *
   * @throws LeaseLostException if another process reads the file of one of them by now
   */
  static ReadPosition of(Connection connection, List<NewRow> rows) throws SQLException {
    Set<Long> batches = new TreeSet<>();
    Map<Long, Long> readers = new TreeMap<>();
    for (NewRow row : rows) {
      if (isPlaced(row)) {
        batches.add(batchId(row));
        if (row.record().reader() != null) {
          readers.put(batchId(row), row.record().reader());
        }
      }
    }
    Map<Long, Long> positions = new TreeMap<>();
    if (!batches.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(READ)) {
        statement.setArray(1, connection.createArrayOf("bigint", batches.toArray()));
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            long id = row.getLong("id");
            if (readers.containsKey(id) && !readers.get(id).equals(row.getObject("reader"))) {
              throw lost(id);
            }
            // Nothing more of a cancelled batch, or of one whose reading somebody ended.
            boolean over =
                row.getString("status").equals(BatchStatus.CANCELLED.name())
                    || row.getObject("read_at") != null;
            positions.put(id, over ? Long.MAX_VALUE : row.getLong("records_read"));
          }
        }
      }
    }
    return new ReadPosition(positions, readers);
  }

  /** The rows that are not in the journal yet. */
  List<NewRow> behind(List<NewRow> rows) {
    return rows.stream()
        .filter(row -> !isPlaced(row) || number(row) > positions.getOrDefault(batchId(row), 0L))
        .toList();
  }

  /**
   * Moves the position of every batch to the last of its rows.
   *
   * @throws LeaseLostException if another process reads the file of one of them by now
   * @throws IllegalStateException if somebody has read the same batch further meanwhile
   */
  void advance(Connection connection, List<NewRow> rows, Instant now) throws SQLException {
    Map<Long, Long> last = new TreeMap<>();
    rows.stream()
        .filter(ReadPosition::isPlaced)
        .forEach(row -> last.merge(batchId(row), number(row), Math::max));
    for (Map.Entry<Long, Long> batch : last.entrySet()) {
      try (PreparedStatement statement = connection.prepareStatement(ADVANCE)) {
        statement.setLong(1, batch.getValue());
        statement.setObject(2, Timestamps.utc(now));
        statement.setLong(3, batch.getKey());
        statement.setLong(4, positions.getOrDefault(batch.getKey(), 0L));
        Long reader = readers.get(batch.getKey());
        statement.setObject(5, reader, Types.BIGINT);
        statement.setObject(6, reader, Types.BIGINT);
        if (statement.executeUpdate() == 0) {
          if (reader != null) {
            throw lost(batch.getKey());
          }
          throw new IllegalStateException(
              "Batch " + batch.getKey() + " is unknown, or somebody else is reading it as well");
        }
      }
    }
  }

  private static LeaseLostException lost(long batchId) {
    return new LeaseLostException(
        "Another process reads the file of batch %d, since this one stalled".formatted(batchId));
  }

  private static boolean isPlaced(NewRow row) {
    return row.record().batchId() != null && row.record().recordNumber() != null;
  }

  private static long batchId(NewRow row) {
    return row.record().batchId();
  }

  private static long number(NewRow row) {
    return row.record().recordNumber();
  }
}
