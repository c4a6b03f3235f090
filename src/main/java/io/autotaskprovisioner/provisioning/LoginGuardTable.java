package io.autotaskprovisioner.provisioning;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code login_guard}: rejected pairs and users with the time they are closed until, and
 * integration codes with what is known of them. Every method runs in the caller's transaction.
 */
final class LoginGuardTable {

  static final Duration FIRST_CLOSURE = Duration.ofMinutes(5);
  static final Duration LONGEST_CLOSURE = Duration.ofHours(1);

  /** Three rejections of one user within this time close the user. */
  static final Duration USER_WINDOW = Duration.ofMinutes(30);

  /** Our choice: closures start at the first length again after a day without a rejection. */
  static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

  /** Rows dropped in one commit. */
  static final int PIECE = 1_000;

  /** So many different logins rejected with a code, and none accepted, make it the suspect. */
  static final int SUSPICIOUS_LOGINS = 3;

  /**
   * @param closedUntil null where the login is open
   * @param known whether an acceptance has something to clear
   */
  record Standing(@Nullable Instant closedUntil, boolean codeSuspended, boolean known) {}

  /**
   * @param suspendedNow this very rejection suspended it
   * @param codeProven some login was accepted with the code since the given start
   * @param rejectedLogins different logins rejected with the code since the start
   */
  record Rejection(
      boolean codeSuspended, boolean suspendedNow, boolean codeProven, int rejectedLogins) {}

  private record Row(
      @Nullable Instant previousRejection, @Nullable Instant lastRejection, int closures) {}

  /**
   * What keeps the login back.
   *
   * @param acceptedBefore then what others have tried for the same user does not, nor is it cleared
   */
  Standing standing(Connection connection, GuardSubjects login, boolean acceptedBefore, Instant now)
      throws SQLException {
    // A closure that a suspended code brought about says nothing of the login: it does not count
    // under another code, and under the same code the suspension does.
    String sql =
        """
        select g.kind, g.closed_until, g.suspended_at, c.suspended_at as blamed_at
        from login_guard g left join login_guard c on c.subject_hash = g.code_hash
        where g.subject_hash in (?, ?, ?)""";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setBytes(1, GuardSubjects.bytes(login.user()));
      select.setBytes(2, GuardSubjects.bytes(login.pair()));
      select.setBytes(3, GuardSubjects.bytes(login.code() == null ? login.user() : login.code()));
      try (ResultSet rows = select.executeQuery()) {
        Instant closedUntil = null;
        boolean suspended = false;
        boolean known = false;
        while (rows.next()) {
          if (rows.getString("kind").equals("CODE")) {
            suspended = instant(rows, "suspended_at") != null;
            continue;
          }
          if (acceptedBefore && rows.getString("kind").equals("USER")) {
            continue;
          }
          known = !acceptedBefore;
          Instant until = instant(rows, "closed_until");
          boolean counts =
              until != null && until.isAfter(now) && instant(rows, "blamed_at") == null;
          if (counts && (closedUntil == null || until.isAfter(closedUntil))) {
            closedUntil = until;
          }
        }
        return new Standing(closedUntil, suspended, known);
      }
    }
  }

  /**
   * Records one rejection; running it again with the same time changes nothing.
   *
   * @param start rejections and acceptances before it do not tell for or against the code
   */
  Rejection reject(
      Connection connection, GuardSubjects login, Instant now, Instant start, boolean codeProven)
      throws SQLException {
    rejectSubject(connection, "PAIR", login.pair(), login.code(), now);
    rejectSubject(connection, "USER", login.user(), login.code(), now);
    if (login.code() == null || codeProven) {
      return new Rejection(false, false, true, 0);
    }
    return judgeCode(connection, login.code(), now, start);
  }

  int clear(Connection connection, GuardSubjects login) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from login_guard where subject_hash in (?, ?)")) {
      delete.setBytes(1, GuardSubjects.bytes(login.user()));
      delete.setBytes(2, GuardSubjects.bytes(login.pair()));
      return delete.executeUpdate();
    }
  }

  /** A login was accepted with the code; it is above suspicion, and no longer suspended. */
  int prove(Connection connection, String code, Instant now) throws SQLException {
    ensure(connection, "CODE", code, now);
    String sql =
        """
        update login_guard set proven_at = ?, suspended_at = null, updated_at = ?
        where subject_hash = ?""";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, utc(now));
      update.setObject(2, utc(now));
      update.setBytes(3, GuardSubjects.bytes(code));
      return update.executeUpdate();
    }
  }

  List<SuspendedCode> suspended(Connection connection) throws SQLException {
    String sql =
        """
        select c.subject_hash, c.suspended_at, c.suspected_since,
          (select count(*) from login_guard u where u.code_hash = c.subject_hash and u.kind = 'USER')
            as logins
        from login_guard c
        where c.kind = 'CODE' and c.suspended_at is not null
        order by c.suspended_at""";
    List<SuspendedCode> codes = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        codes.add(
            new SuspendedCode(
                HexFormat.of().formatHex(rows.getBytes("subject_hash")),
                instant(rows, "suspended_at"),
                instant(rows, "suspected_since"),
                rows.getInt("logins")));
      }
    }
    return codes;
  }

  /** Ends the suspension and forgets the rejections that the code is to blame for. */
  boolean resume(Connection connection, String code, Instant now) throws SQLException {
    String sql =
        """
        update login_guard set suspended_at = null, updated_at = ?
        where subject_hash = ? and kind = 'CODE' and suspended_at is not null""";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, utc(now));
      update.setBytes(2, GuardSubjects.bytes(code));
      if (update.executeUpdate() == 0) {
        return false;
      }
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "delete from login_guard where code_hash = ? and kind in ('USER', 'PAIR')")) {
      delete.setBytes(1, GuardSubjects.bytes(code));
      delete.executeUpdate();
    }
    return true;
  }

  /**
   * Drops {@value #PIECE} rows, at most, that no longer have a say, so that the table stays small;
   * answers how many.
   */
  int purge(Connection connection, Instant now) throws SQLException {
    String sql =
        """
        delete from login_guard where subject_hash in (
          select subject_hash from login_guard where updated_at < ? and suspended_at is null limit %d)
        """
            .formatted(PIECE);
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setObject(1, utc(now.minus(FORGOTTEN_AFTER).minus(LONGEST_CLOSURE)));
      return delete.executeUpdate();
    }
  }

  private void rejectSubject(
      Connection connection, String kind, String subject, @Nullable String code, Instant now)
      throws SQLException {
    ensure(connection, kind, subject, now);
    Row row = lock(connection, subject);
    if (now.equals(row.lastRejection())) {
      return;
    }
    boolean closes = kind.equals("PAIR") || isThirdWithinWindow(row, now);
    boolean fresh =
        row.lastRejection() == null || row.lastRejection().isBefore(now.minus(FORGOTTEN_AFTER));
    int closures = (fresh ? 0 : row.closures()) + (closes ? 1 : 0);
    String sql =
        """
        update login_guard set code_hash = ?, previous_rejection_at = last_rejection_at,
          last_rejection_at = ?, closures = ?,
          closed_until = coalesce(?, closed_until), updated_at = ?
        where subject_hash = ?""";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setBytes(1, code == null ? null : GuardSubjects.bytes(code));
      update.setObject(2, utc(now));
      update.setInt(3, closures);
      update.setObject(
          4, closes ? utc(now.plus(closure(closures))) : null, Types.TIMESTAMP_WITH_TIMEZONE);
      update.setObject(5, utc(now));
      update.setBytes(6, GuardSubjects.bytes(subject));
      update.executeUpdate();
    }
  }

  private static boolean isThirdWithinWindow(Row row, Instant now) {
    return row.previousRejection() != null
        && !row.previousRejection().isBefore(now.minus(USER_WINDOW));
  }

  /** Five minutes, doubling to an hour. */
  static Duration closure(int closures) {
    Duration length = FIRST_CLOSURE.multipliedBy(1L << Math.min(closures - 1, 10));
    return length.compareTo(LONGEST_CLOSURE) > 0 ? LONGEST_CLOSURE : length;
  }

  private Rejection judgeCode(Connection connection, String code, Instant now, Instant start)
      throws SQLException {
    ensure(connection, "CODE", code, now);
    String lock =
        "select proven_at, suspended_at from login_guard where subject_hash = ? for update";
    Instant provenAt;
    boolean suspended;
    try (PreparedStatement select = connection.prepareStatement(lock)) {
      select.setBytes(1, GuardSubjects.bytes(code));
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        provenAt = instant(rows, "proven_at");
        suspended = instant(rows, "suspended_at") != null;
      }
    }
    if (provenAt != null && !provenAt.isBefore(start)) {
      return new Rejection(false, false, true, 0);
    }
    int logins = rejectedLogins(connection, code, start);
    boolean suspendNow = !suspended && logins >= SUSPICIOUS_LOGINS;
    if (suspendNow) {
      suspend(connection, code, now, start);
    }
    return new Rejection(suspended || suspendNow, suspendNow, false, logins);
  }

  private static int rejectedLogins(Connection connection, String code, Instant start)
      throws SQLException {
    String sql =
        """
        select count(*) from login_guard
        where code_hash = ? and kind = 'USER' and last_rejection_at >= ?""";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setBytes(1, GuardSubjects.bytes(code));
      select.setObject(2, utc(start));
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  private static void suspend(Connection connection, String code, Instant now, Instant start)
      throws SQLException {
    String sql =
        """
        update login_guard set suspended_at = ?, suspected_since = ?, updated_at = ?
        where subject_hash = ?""";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, utc(now));
      update.setObject(2, utc(start));
      update.setObject(3, utc(now));
      update.setBytes(4, GuardSubjects.bytes(code));
      update.executeUpdate();
    }
  }

  private static void ensure(Connection connection, String kind, String subject, Instant now)
      throws SQLException {
    String sql =
        """
        insert into login_guard (subject_hash, kind, updated_at) values (?, ?, ?)
        on conflict do nothing""";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setBytes(1, GuardSubjects.bytes(subject));
      insert.setString(2, kind);
      insert.setObject(3, utc(now));
      insert.executeUpdate();
    }
  }

  private static Row lock(Connection connection, String subject) throws SQLException {
    String sql =
        """
        select previous_rejection_at, last_rejection_at, closures
        from login_guard where subject_hash = ? for update""";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setBytes(1, GuardSubjects.bytes(subject));
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return new Row(
            instant(rows, "previous_rejection_at"),
            instant(rows, "last_rejection_at"),
            rows.getInt("closures"));
      }
    }
  }

  private static @Nullable Instant instant(ResultSet rows, String column) throws SQLException {
    OffsetDateTime value = rows.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
