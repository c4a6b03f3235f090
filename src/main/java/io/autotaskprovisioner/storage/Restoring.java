package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Makes an H2 file of a copy that {@link Backups} made. The file has its name once it is whole and
 * proven; a restore that was killed is begun anew. Ids that are given from then on are none of
 * those that were given after the copy was made: callers and receivers may know these.
 */
public final class Restoring {

  /** Our choice: more than is given between a copy and the loss, even at full speed for a day. */
  private static final long IDS_LEFT_OUT = 100_000_000;

  private static final String ENDING = ".mv.db";

  /** What has to be true of the database before it gets its name. */
  @FunctionalInterface
  public interface Proof {

    void require(Connection connection) throws SQLException;
  }

  /** Nothing was restored. The message says why and what to do. */
  public static final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private final StorageSettings settings;

  public Restoring(StorageSettings settings) {
    this.settings = settings;
  }

  /**
   * Restores it.
   *
   * @param proof throws what it likes where the copy must not be used
   * @return the database's file
   * @throws RefusedException if the database is no file, is there already, or the copy is none
   */
  public Path restore(Path backup, Proof proof) {
    Path file =
        settings
            .h2File()
            .orElseThrow(
                () ->
                    new RefusedException(
                        "The database of the settings is a PostgreSQL: restore it by pg_restore."));
    if (Files.exists(file)) {
      throw new RefusedException(
          "%s is there already: stop the server and move it away first, or give another data.directory."
              .formatted(file));
    }
    Path unproven = file.resolveSibling(".restoring" + ENDING);
    try {
      OwnerOnly.createFolder(file.getParent());
      Files.deleteIfExists(unproven);
      unpack(backup, unproven);
      prove(unproven, proof);
      Files.move(unproven, file, StandardCopyOption.ATOMIC_MOVE);
      return file;
    } catch (IOException e) {
      throw new RefusedException(
          "%s cannot be restored to %s (%s): give a backup that keys and rights allow to read, and a folder with room."
              .formatted(backup, file, e.getClass().getSimpleName() + ": " + e.getMessage()));
    } catch (SQLException e) {
      throw new RefusedException(
          "%s does not open as a database (SQLState %s): correct storage.user and storage.password, or take another backup."
              .formatted(backup, e.getSQLState()));
    } finally {
      deleteQuietly(unproven);
    }
  }

  private static void unpack(Path backup, Path target) throws IOException {
    try (InputStream in = Files.newInputStream(backup);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(ENDING)) {
          try (FileChannel channel = OwnerOnly.createForWriting(target);
              OutputStream out = Channels.newOutputStream(channel)) {
            zip.transferTo(out);
            channel.force(true);
          }
          return;
        }
      }
    }
    throw new RefusedException(
        "%s is no backup of this program: give a file that the command backup made."
            .formatted(backup));
  }

  private void prove(Path unproven, Proof proof) throws SQLException {
    String path = unproven.toString();
    String url =
        Product.H2.completed(
            "jdbc:h2:async:"
                + path.substring(0, path.length() - ENDING.length())
                + ";IFEXISTS=TRUE");
    try (Connection connection =
        DriverManager.getConnection(url, settings.user(), settings.password())) {
      proof.require(connection);
      advanceIds(connection);
    }
  }

  private static void advanceIds(Connection connection) throws SQLException {
    List<String> changes = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select sequence_name, base_value from information_schema.sequences where sequence_schema = 'public' and sequence_name like '%_ids'")) {
      while (row.next()) {
        changes.add(
            "alter sequence %s restart with %d"
                .formatted(row.getString(1), row.getLong(2) + IDS_LEFT_OUT));
      }
    }
    try (Statement statement = connection.createStatement()) {
      for (String change : changes) {
        statement.execute(change);
      }
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new RefusedException("%s cannot be removed; remove it.".formatted(file));
    }
  }
}
