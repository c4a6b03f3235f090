package io.autotaskprovisioner.storage;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The database refused, failed or was not reachable. The message holds no values of ours. */
public final class StorageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean outcomeUnknown;
  private final boolean unreachable;
  private final @Nullable Duration retryAfter;

  public StorageException(String message, @Nullable Throwable cause, boolean outcomeUnknown) {
    this(message, cause, outcomeUnknown, false);
  }

  StorageException(
      String message, @Nullable Throwable cause, boolean outcomeUnknown, boolean unreachable) {
    this(message, cause, outcomeUnknown, unreachable, null);
  }

  private StorageException(
      String message,
      @Nullable Throwable cause,
      boolean outcomeUnknown,
      boolean unreachable,
      @Nullable Duration retryAfter) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
    this.unreachable = unreachable;
    this.retryAfter = retryAfter;
  }

  /**
   * The database is too slow for what was asked, of which nothing was done.
   *
   * @param retryAfter when it may be worth asking again
   */
  static StorageException busy(String message, Duration retryAfter) {
    return new StorageException(message, null, false, false, retryAfter);
  }

  /**
   * When it may be worth asking again; not null exactly where the database was too slow or too much
   * waits for it, so that nothing was done.
   */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether no connection was to be had, so that trying the next write would only wait again. */
  boolean unreachable() {
    return unreachable;
  }

  /**
   * Whether the database refused what was to be written (SQLState classes 22, data, and 23,
   * constraints), so that only something else can succeed.
   */
  public boolean dataRefused() {
    return getCause() instanceof SQLException e
        && e.getSQLState() != null
        && (e.getSQLState().startsWith("22") || e.getSQLState().startsWith("23"));
  }

  /** Whether the commit may have taken place: look up by id before trying again. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
