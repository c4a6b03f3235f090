package io.autotaskprovisioner.storage;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The database products, and what their URLs need and their errors mean. */
enum Product {
  /**
   * The file database. What the URL says:
   *
   * <ul>
   *   <li>{@code async:} — with the other file systems an interrupted thread closes the file for
   *       everybody;
   *   <li>{@code WRITE_DELAY=0} — a commit is in the file when it returns; by default half a second
   *       of acknowledged commits dies with the process;
   *   <li>{@code RETENTION_TIME=5000} — old chunks are kept 5 s: the default of 45 s lets a busy
   *       small file grow to gigabytes;
   *   <li>{@code OPTIMIZE_REUSE_RESULTS=0} — H2 2.4.240 may answer a repeated query with what it
   *       answered before the transaction's own update (h2database issue 4299);
   *   <li>{@code DATABASE_TO_LOWER}, {@code DEFAULT_NULL_ORDERING} — names and order of nulls as in
   *       PostgreSQL;
   *   <li>{@code DB_CLOSE_ON_EXIT=FALSE} — at SIGTERM H2 would close under the writes that are
   *       still being drained; we close it;
   *   <li>{@code TRACE_LEVEL_FILE=0} — its trace file would be readable by others and quotes
   *       values.
   * </ul>
   */
  H2(
      ';',
      List.of(
          "MODE=PostgreSQL",
          "WRITE_DELAY=0",
          "RETENTION_TIME=5000",
          "OPTIMIZE_REUSE_RESULTS=0",
          "DATABASE_TO_LOWER=TRUE",
          "DEFAULT_NULL_ORDERING=HIGH",
          "DB_CLOSE_ON_EXIT=FALSE",
          "TRACE_LEVEL_FILE=0")),

  /**
   * The server. Connections notice a dead peer; {@code logServerErrorDetail=false} because the
   * detail quotes values.
   */
  POSTGRESQL(
      '&',
      List.of(
          "ApplicationName=autotask-provisioner",
          "tcpKeepAlive=true",
          "connectTimeout=10",
          "loginTimeout=10",
          "socketTimeout=120",
          "logServerErrorDetail=false"));

  private static final int H2_LOCK_TIMEOUT = 50200;
  private static final int H2_CONCURRENT_UPDATE = 90131;

  /**
   * Object or database closed, file broken, no space: the embedded database is gone. 90020,
   * "already in use", once it was open, is the lock that H2 itself left behind when it closed
   * without room.
   */
  private static final Set<Integer> H2_GONE =
      Set.of(90007, 90020, 90028, 90030, 90031, 90067, 90098, 90108, 90121);

  private final char separator;
  private final List<String> urlSettings;

  Product(char separator, List<String> urlSettings) {
    this.separator = separator;
    this.urlSettings = urlSettings;
  }

  static Product of(String url) {
    return url.toLowerCase(Locale.ROOT).startsWith("jdbc:h2:") ? H2 : POSTGRESQL;
  }

  /** The URL with every setting that it does not give itself. */
  String completed(String url) {
    StringBuilder completed = new StringBuilder(url);
    String known = url.toUpperCase(Locale.ROOT);
    for (String setting : urlSettings) {
      String name = setting.substring(0, setting.indexOf('=') + 1).toUpperCase(Locale.ROOT);
      if (!known.contains(";" + name)
          && !known.contains("&" + name)
          && !known.contains("?" + name)) {
        boolean firstOfQuery = separator == '&' && completed.indexOf("?") < 0;
        completed.append(firstOfQuery ? '?' : separator).append(setting);
      }
    }
    return completed.toString();
  }

  /** Whether only one transaction at a time may write, for the reason in {@link WriteTurns}. */
  boolean hasOneWriter() {
    return this == H2;
  }

  /** Whether the same transaction can succeed when it is run again at once. */
  boolean isTransient(@Nullable Throwable failure) {
    if (!(failure instanceof SQLException e)) {
      return false;
    }
    String state = String.valueOf(e.getSQLState());
    return state.equals("40001")
        || state.equals("40P01")
        || state.equals("55P03")
        || this == H2
            && (e.getErrorCode() == H2_LOCK_TIMEOUT || e.getErrorCode() == H2_CONCURRENT_UPDATE);
  }

  /**
   * Whether a COMMIT that failed so has certainly changed nothing: only when the database itself
   * says that it refused. Every other failure, a lost connection above all, leaves it open.
   */
  boolean refusedCommit(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return isTransient(e)
        || state.startsWith("22")
        || state.startsWith("23")
        || state.startsWith("40") && !state.equals("40003");
  }

  /** Whether the embedded database has closed itself. */
  boolean isGone(SQLException e) {
    return this == H2 && H2_GONE.contains(e.getErrorCode());
  }
}
