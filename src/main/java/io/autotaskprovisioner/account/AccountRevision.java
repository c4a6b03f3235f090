package io.autotaskprovisioner.account;

import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The number of changes of accounts, asked of the database at every call, so that what was
 * remembered before a change is never used after it, on whichever node it was made. Callers that
 * come while one query is under way share the next one, so that many callers cost few queries.
 * Thread-safe.
 */
final class AccountRevision {

  private static final String SELECT = "select revision from account_revision where id = 1";

  private static final String INCREMENT =
      "update account_revision set revision = revision + 1 where id = 1";

  private final Database database;
  // Guarded by this.
  private @Nullable CompletableFuture<Long> next;
  private boolean reading;

  AccountRevision(Database database) {
    this.database = database;
  }

  /** What it was at some moment after this call. Completes on a database thread. */
  CompletableFuture<Long> current() {
    CompletableFuture<Long> answer;
    boolean begin;
    synchronized (this) {
      if (next == null) {
        next = new CompletableFuture<>();
      }
      answer = next.copy();
      begin = !reading;
      reading = true;
    }
    if (begin) {
      read();
    }
    return answer;
  }

  /** To be called in the transaction that changes an account. */
  static void increment(Connection connection) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(INCREMENT)) {
      update.executeUpdate();
    }
  }

  private void read() {
    CompletableFuture<Long> mine;
    synchronized (this) {
      mine = next;
      next = null;
    }
    database
        .read(AccountRevision::select)
        .whenComplete(
            (revision, failure) -> {
              boolean more;
              CompletableFuture<Long> behind = null;
              synchronized (this) {
                if (failure != null) {
                  // Who came meanwhile must not wait a second time for what does not answer.
                  behind = next;
                  next = null;
                }
                more = next != null;
                reading = more;
              }
              if (more) {
                read();
              }
              if (failure == null) {
                mine.complete(revision);
                return;
              }
              mine.completeExceptionally(failure);
              if (behind != null) {
                behind.completeExceptionally(failure);
              }
            });
  }

  private static long select(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT);
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
