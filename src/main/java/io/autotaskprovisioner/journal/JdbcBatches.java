package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.Timestamps.utc;

import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import io.autotaskprovisioner.storage.SqlCondition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of the table {@code batch}. */
final class JdbcBatches implements Batches {

  private static final int MAX_RESULT_NAMES = 10;

  /** So long ago a lease ended that nobody had: longer than clocks are apart. */
  private static final Duration AGO = Duration.ofDays(365);

  private static final String INSERT =
      """
      insert into batch (id, account_id, door, name, result_name, checksum, size_bytes, format,
        folder, status, created_at)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'READING', ?)
      on conflict do nothing
      """;

  private static final String CUT_OFF =
      """
      select * from batch
      where status in ('READING', 'CANCELLED') and read_at is null
        and account_id = ? and door = ? and name = ? and checksum = ?
        and (folder = ? or folder is null)
      order by id desc limit 1
      """;

  private static final String INSERT_RESULTS =
      """
      insert into result_files (batch_id, folder, lease_until) values (?, ?, ?)
      """;

  private static final String READ_BY =
      """
      update batch set reader = ?, folder = ? where id = ?
      """;

  private static final String RESUME =
      """
      update batch set reader = ?, folder = ?
      where id = ? and status in ('READING', 'CANCELLED') and read_at is null
      """;

  private static final String READING =
      """
      select * from batch
      where status = 'READING' and door = ?
        and (folder = ? or folder is null and door <> 'UPLOAD')
      order by id limit ?
      """;

  private static final String COLUMNS = "update batch set columns_json = ? where id = ?";

  private static final String READING_ENDED =
      """
      update batch
      set status = case when status = 'READING' then 'RUNNING' else status end,
        error_message = ?, read_at = ?
      where id = ? and reader = ? and status in ('READING', 'CANCELLED') and read_at is null
      """;

  private static final String END_READING =
      """
      update batch
      set status = 'RUNNING', read_at = ?,
        error_message = 'The reading was ended by an operator behind record ' || records_read
          || '; what was read is worked on.'
      where id = ? and status = 'READING' and created_at < ?
        and (progress_at is null or progress_at < ?)
      """;

  private static final String CANCEL =
      """
      update batch set status = 'CANCELLED'
      where id = ? and status in ('READING', 'RUNNING')
      """;

  private static final String DONE =
      """
      select id from batch
      where waiting_count = 0
        and (status = 'RUNNING' or status = 'CANCELLED' and finished_at is null)
      order by id limit 100
      for update skip locked
      """;

  private static final String FINISH =
      """
      update batch
      set status = case when status = 'CANCELLED' then status else 'FINISHED' end, finished_at = ?
      where id = ?
      """;

  private static final String FIND = "select * from batch where id = ?";

  private static final String LATEST = "select * from batch order by id desc limit ?";

  private static final String FAILURES =
      """
      select failure_class, count(*) from provisioning_request
      where batch_id = ? and status = 'FAILED' and failure_class is not null
      group by failure_class
      """;

  private final Database database;
  private final Clock clock;

  JdbcBatches(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Batch open(NewBatch batch, FileLease lease) {
    long id = database.nextId(Sequence.BATCH);
    Instant now = clock.instant();
    return database.transaction(
        connection -> {
          FileLeases.lock(connection, lease);
          List<Batch> cutOff =
              query(
                  connection,
                  CUT_OFF,
                  batch.accountId(),
                  batch.door().name(),
                  batch.name(),
                  batch.checksum(),
                  batch.folder());
          Batch opened = cutOff.isEmpty() ? begin(connection, id, batch, now) : cutOff.get(0);
          update(connection, READ_BY, lease.id(), lease.folder(), opened.id());
          return opened;
        });
  }

  @Override
  public Optional<Batch> resume(long batchId, FileLease lease) {
    return database.transaction(
        connection -> {
          FileLeases.lock(connection, lease);
          return update(connection, RESUME, lease.id(), lease.folder(), batchId) == 1
              ? query(connection, FIND, batchId).stream().findFirst()
              : Optional.empty();
        });
  }

  @Override
  public List<Batch> reading(Door door, String folder, int limit) {
    return database.query(connection -> query(connection, READING, door.name(), folder, limit));
  }

  @Override
  public long nextId() {
    return database.nextId(Sequence.BATCH);
  }

  @Override
  public Batch begin(long id, NewBatch newBatch, Beginning beginning, FileLease lease) {
    return database.transaction(
        connection -> {
          FileLeases.lock(connection, lease);
          Batch batch = begin(connection, id, newBatch, clock.instant());
          beginning.note(connection, batch);
          return batch;
        });
  }

  private static Batch begin(Connection connection, long id, NewBatch batch, Instant now)
      throws SQLException {
    String resultName = batch.resultName();
    for (int names = 0; names < MAX_RESULT_NAMES; names++) {
      if (insert(connection, id, batch, resultName, now)) {
        update(connection, INSERT_RESULTS, id, batch.resultsFolder(), utc(now.minus(AGO)));
        return query(connection, FIND, id).get(0);
      }
      // Earlier files may bear such a name of their own accord.
      resultName += "-" + id;
    }
    throw new IllegalStateException("No free result name for batch " + id);
  }

  @Override
  public boolean cancel(long id) {
    return database.transaction(connection -> update(connection, CANCEL, id)) == 1;
  }

  @Override
  public void columns(long batchId, String columnsJson) {
    update(COLUMNS, columnsJson, batchId);
  }

  @Override
  public void readingEnded(long batchId, FileLease lease, @Nullable String errorMessage) {
    Instant now = clock.instant();
    database.transaction(
        connection -> {
          FileLeases.lock(connection, lease);
          return update(
              connection,
              READING_ENDED,
              RowInsert.message(errorMessage),
              utc(now),
              batchId,
              lease.id());
        });
  }

  @Override
  public List<Batch> finishDone() {
    Instant now = clock.instant();
    return database.transaction(
        connection -> {
          List<Long> ids = new ArrayList<>();
          try (PreparedStatement statement = connection.prepareStatement(DONE);
              ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              ids.add(row.getLong(1));
            }
          }
          List<Batch> finished = new ArrayList<>();
          for (long id : ids) {
            update(connection, FINISH, utc(now), id);
            ResultLeases.again(connection, id);
            finished.addAll(query(connection, FIND, id));
          }
          return finished;
        });
  }

  @Override
  public Optional<Batch> find(long id) {
    return database.query(connection -> query(connection, FIND, id)).stream().findFirst();
  }

  @Override
  public List<Batch> latest(int limit) {
    return database.query(connection -> query(connection, LATEST, limit));
  }

  @Override
  public Map<FailureClass, Long> failures(long batchId) {
    return database.query(
        connection -> {
          Map<FailureClass, Long> failures = new EnumMap<>(FailureClass.class);
          try (PreparedStatement statement = connection.prepareStatement(FAILURES)) {
            statement.setLong(1, batchId);
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                failures.put(FailureClass.valueOf(row.getString(1)), row.getLong(2));
              }
            }
          }
          return failures;
        });
  }

  @Override
  public List<Batch> list(BatchFilter filter, long afterId, int limit) {
    SqlCondition condition =
        SqlCondition.NONE
            .and("account_id = ?", filter.accountId())
            .and("status = ?", filter.status())
            .and("door = ?", filter.door())
            .and(
                "position(cast(? as varchar) in lower(name)) > 0",
                filter.name() == null ? null : filter.name().toLowerCase(Locale.ROOT))
            .and("created_at >= ?", utc(filter.from()))
            .and("created_at < ?", utc(filter.to()));
    List<Object> parameters = new ArrayList<>(List.of(afterId));
    parameters.addAll(condition.values());
    parameters.add(limit);
    String sql = "select * from batch where id > ?" + condition.sql() + " order by id limit ?";
    return database.query(connection -> query(connection, sql, parameters.toArray()));
  }

  @Override
  public boolean endReading(long id, Duration standstill) {
    Instant now = clock.instant();
    Object stoodStillSince = utc(now.minus(standstill));
    return database.transaction(
            connection ->
                update(connection, END_READING, utc(now), id, stoodStillSince, stoodStillSince))
        == 1;
  }

  private static boolean insert(
      Connection connection, long id, NewBatch batch, String resultName, Instant now)
      throws SQLException {
    return update(
            connection,
            INSERT,
            id,
            batch.accountId(),
            batch.door().name(),
            batch.name(),
            resultName,
            batch.checksum(),
            batch.sizeBytes(),
            batch.format(),
            batch.folder(),
            utc(now))
        == 1;
  }

  private void update(String sql, @Nullable Object... parameters) {
    database.transaction(connection -> update(connection, sql, parameters));
  }

  private static int update(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }

  private static List<Batch> query(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<Batch> batches = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          batches.add(read(row));
        }
      }
      return batches;
    }
  }

  private static Batch read(ResultSet row) throws SQLException {
    return new Batch(
        row.getLong("id"),
        row.getLong("account_id"),
        Door.valueOf(row.getString("door")),
        row.getString("name"),
        row.getString("result_name"),
        row.getString("checksum"),
        row.getLong("size_bytes"),
        row.getString("format"),
        row.getString("columns_json"),
        BatchStatus.valueOf(row.getString("status")),
        row.getString("error_message"),
        row.getLong("records_read"),
        row.getLong("waiting_count"),
        row.getLong("succeeded_count"),
        row.getLong("failed_count"),
        row.getLong("duplicate_count"),
        row.getLong("discarded_count"),
        Timestamps.instant(row, "created_at"),
        Timestamps.nullableInstant(row, "progress_at"),
        Timestamps.nullableInstant(row, "read_at"),
        Timestamps.nullableInstant(row, "finished_at"));
  }
}
