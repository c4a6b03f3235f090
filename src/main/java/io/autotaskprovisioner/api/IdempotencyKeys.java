package io.autotaskprovisioner.api;

import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.storage.Database;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Idempotency-Key} header after the IETF draft
 * draft-ietf-httpapi-idempotency-key-header: a key is reserved durably before the work, finished in
 * the transaction of the work, and repeats get the first answer. Answers are kept sealed, since
 * they hold tokens. Thread-safe.
 */
final class IdempotencyKeys {

  private static final String INSERT =
      """
      insert into idempotency_key
        (account_id, idempotency_key, fingerprint, reservation_id, reserved_until, created_at)
      values (?, ?, ?, ?, current_timestamp + interval '0.001' second * cast(? as bigint), ?)
      on conflict do nothing
      """;
  private static final String SELECT =
      """
      select fingerprint, reservation_id, reserved_until > current_timestamp as reserved,
        status_code, sealed_answer
      from idempotency_key where account_id = ? and idempotency_key = ?
      """;
  private static final String TAKE_OVER =
      """
      update idempotency_key
      set reservation_id = ?, created_at = ?,
        reserved_until = current_timestamp + interval '0.001' second * cast(? as bigint)
      where account_id = ? and idempotency_key = ? and reservation_id = ? and status_code is null
      """;
  private static final String FINISH =
      """
      update idempotency_key set status_code = ?, sealed_answer = ?
      where account_id = ? and idempotency_key = ? and reservation_id = ? and status_code is null
      """;
  private static final String RELEASE =
      """
      delete from idempotency_key
      where account_id = ? and idempotency_key = ? and reservation_id = ? and status_code is null
      """;

  /** A key that is ours to work under. */
  record Reservation(long accountId, String key, long reservationId) {}

  /** What became of asking for a key: exactly one component is not null. */
  record Outcome(
      @Nullable Reservation reservation,
      @Nullable ApiAnswer repeated,
      @Nullable ApiException refusal) {

    static Outcome reserved(Reservation reservation) {
      return new Outcome(reservation, null, null);
    }

    static Outcome repeat(ApiAnswer answer) {
      return new Outcome(null, answer, null);
    }

    static Outcome otherRequest() {
      return new Outcome(
          null,
          null,
          new ApiException(
              422,
              "This Idempotency-Key was used with another request: use a new key for a new"
                  + " request."));
    }

    static Outcome stillRunning() {
      return new Outcome(null, null, IdempotencyKeys.stillRunning());
    }
  }

  /** Another request under the key is at work, or has taken it over. */
  static ApiException stillRunning() {
    return new ApiException(
        409, "The request with this Idempotency-Key is still running.", Duration.ofSeconds(1));
  }

  private final Database database;
  private final KeyRing keyRing;
  private final Clock clock;
  private final Duration reservationTime;

  /**
   * @param reservationTime how long a reservation holds without an answer, as after a crash, on the
   *     database's clock, which all nodes share; longer than a request can take
   */
  IdempotencyKeys(Database database, KeyRing keyRing, Clock clock, Duration reservationTime) {
    this.database = database;
    this.keyRing = keyRing;
    this.clock = clock;
    this.reservationTime = reservationTime;
  }

  /**
   * Reserves the key for this request, or tells what it stands for already: 422 where it was used
   * with another request, 409 where one with it is still running.
   */
  CompletableFuture<Outcome> reserve(long accountId, String key, ApiRequest request) {
    byte[] fingerprint = fingerprint(request);
    long reservationId = ThreadLocalRandom.current().nextLong();
    Reservation reservation = new Reservation(accountId, key, reservationId);
    return database.write(
        connection -> reserve(connection, reservation, fingerprint), database.patience());
  }

  /** Keeps the answer; false if the reservation is no longer ours. */
  boolean finish(Connection connection, Reservation reservation, ApiAnswer answer)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FINISH)) {
      statement.setInt(1, answer.statusCode());
      statement.setBytes(2, keyRing.seal(answer.body(), context(reservation)));
      setReservation(statement, 3, reservation);
      return statement.executeUpdate() == 1;
    }
  }

  /** Keeps the answer in a transaction of its own. */
  CompletableFuture<Boolean> finish(Reservation reservation, ApiAnswer answer) {
    return database.write(
        connection -> finish(connection, reservation, answer), database.patience());
  }

  /** Gives the key back, so that the same request may be tried again. */
  CompletableFuture<Boolean> release(Reservation reservation) {
    return database.write(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            setReservation(statement, 1, reservation);
            return statement.executeUpdate() == 1;
          }
        },
        database.patience());
  }

  private Outcome reserve(Connection connection, Reservation reservation, byte[] fingerprint)
      throws SQLException {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setLong(1, reservation.accountId());
      statement.setString(2, reservation.key());
      statement.setBytes(3, fingerprint);
      statement.setLong(4, reservation.reservationId());
      statement.setLong(5, reservationTime.toMillis());
      statement.setObject(6, now);
      if (statement.executeUpdate() == 1) {
        return Outcome.reserved(reservation);
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
      statement.setLong(1, reservation.accountId());
      statement.setString(2, reservation.key());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Outcome.stillRunning();
        }
        return existing(connection, reservation, fingerprint, row, now);
      }
    }
  }

  private Outcome existing(
      Connection connection,
      Reservation reservation,
      byte[] fingerprint,
      ResultSet row,
      OffsetDateTime now)
      throws SQLException {
    long holder = row.getLong("reservation_id");
    if (!MessageDigest.isEqual(fingerprint, row.getBytes("fingerprint"))) {
      return Outcome.otherRequest();
    }
    int statusCode = row.getInt("status_code");
    if (!row.wasNull()) {
      byte[] body = keyRing.open(row.getBytes("sealed_answer"), context(reservation));
      return Outcome.repeat(new ApiAnswer(statusCode, body));
    }
    boolean ours = holder == reservation.reservationId();
    if (!ours && row.getBoolean("reserved")) {
      return Outcome.stillRunning();
    }
    try (PreparedStatement statement = connection.prepareStatement(TAKE_OVER)) {
      statement.setLong(1, reservation.reservationId());
      statement.setObject(2, now);
      statement.setLong(3, reservationTime.toMillis());
      statement.setLong(4, reservation.accountId());
      statement.setString(5, reservation.key());
      statement.setLong(6, holder);
      if (statement.executeUpdate() == 0) {
        return Outcome.stillRunning();
      }
    }
    return Outcome.reserved(reservation);
  }

  private byte[] fingerprint(ApiRequest request) {
    byte[] line = (request.method() + " " + request.path() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] body = request.body();
    return keyRing.hash(
        "idempotency_key.fingerprint",
        ByteBuffer.allocate(line.length + body.length).put(line).put(body).array());
  }

  private static void setReservation(
      PreparedStatement statement, int first, Reservation reservation) throws SQLException {
    statement.setLong(first, reservation.accountId());
    statement.setString(first + 1, reservation.key());
    statement.setLong(first + 2, reservation.reservationId());
  }

  private static String context(Reservation reservation) {
    return "idempotency_key.sealed_answer:" + reservation.accountId() + ":" + reservation.key();
  }
}
