package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.storage.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The lanes in which something is due. A look takes an index look-up for each unfinished batch, so
 * that with thousands of them it takes longer than to claim what it finds: where it finds many,
 * they serve for so many times as long as the look took. Outside the transaction of the claim,
 * which on H2 keeps everybody else from writing. Thread-safe.
 */
final class DueLanes {

  /**
   * Our choice: where it finds no more, it looks each time: what has just come has its turn soon.
   */
  static final int FEW = 100;

  /** Our choice: looks take a tenth of the time at most. */
  private static final int SERVES = 10;

  // The scalar sub-select makes PostgreSQL probe the index once per lane; "exists" may become a
  // hash join over the whole backlog.
  private static final String DUE_LANES =
      """
      select lane from (
        select b.id as lane from batch b
        where b.status in ('READING', 'RUNNING') and b.waiting_count > 0
        union all
        select d.lane from (values %s) d (lane)
      ) lanes
      where (select r.id from provisioning_request r
             where r.lane = lanes.lane and r.status = 'WAITING' and r.next_attempt_at <= ?
             order by r.lane, r.status, r.next_attempt_at, r.id limit 1) is not null
      """
          .formatted(Lanes.OF_DOORS);

  private final Database database;
  private final LongSupplier nanoTime;
  private List<Long> found = new ArrayList<>();
  private long serves;

  DueLanes(Database database, LongSupplier nanoTime) {
    this.database = database;
    this.nanoTime = nanoTime;
  }

  /** Those at that time, or of some moments before; what is due in them may be taken by now. */
  synchronized List<Long> at(Instant time) {
    long start = nanoTime.getAsLong();
    if (found.isEmpty() || start - serves >= 0) {
      found = look(time);
      long took = nanoTime.getAsLong() - start;
      serves = start + (found.size() <= FEW ? 0 : (SERVES + 1) * took);
    }
    return List.copyOf(found);
  }

  /** Nothing more is due in these: they need not be tried again before the next look. */
  synchronized void drained(List<Long> lanes) {
    found.removeAll(lanes);
  }

  private List<Long> look(Instant time) {
    return database.query(
        connection -> {
          List<Long> lanes = new ArrayList<>();
          try (PreparedStatement statement = connection.prepareStatement(DUE_LANES)) {
            statement.setObject(1, Timestamps.utc(time));
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                lanes.add(row.getLong("lane"));
              }
            }
          }
          return lanes;
        });
  }
}
