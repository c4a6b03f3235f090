package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the key ring of a database, and makes one only for a database that never had any. The proof
 * that ring and data fit is a sealed hash in table {@code key_check}: opening it shows that the
 * sealing key is the one, its value that the hashing key is.
 */
public final class KeyRings {

  private static final Logger LOG = LoggerFactory.getLogger(KeyRings.class);

  private static final String CONTEXT = "key_check.sealed_canary:1";

  private static final String SELECT =
      """
      select sealed_canary from key_check where id = 1
      """;

  private static final String INSERT =
      """
      insert into key_check (id, sealed_canary) values (1, ?) on conflict do nothing
      """;

  private KeyRings() {}

  /**
   * The ring in the file, proven against the database.
   *
   * <p>Safe when several processes start at once on one database: the first to write its proof
   * wins; another that made a ring of its own removes that again and stops.
   *
   * @throws InvalidSettingException if the file is missing, unreadable or does not fit the data
   */
  public static KeyRing open(DataSource dataSource, Path file) {
    KeyRingFile ringFile = new KeyRingFile(file);
    try (Connection connection = dataSource.getConnection()) {
      byte[] proof = proof(connection);
      return proof == null
          ? openFirst(connection, ringFile)
          : proven(ringFile.read().orElseThrow(() -> missing(file)), proof, file);
    } catch (SQLException e) {
      throw new IllegalStateException("Table key_check cannot be read or written", e);
    }
  }

  /**
   * Looks whether the ring in the file fits the database, changing neither.
   *
   * @return false where the database has no proof yet
   * @throws InvalidSettingException if the file is missing, unreadable or does not fit the data
   */
  public static boolean requireFit(Connection connection, Path file) throws SQLException {
    byte[] proof = proof(connection);
    requireReadable(file);
    if (proof == null) {
      return false;
    }
    proven(new KeyRingFile(file).read().orElseThrow(() -> missing(file)), proof, file);
    return true;
  }

  /**
   * Sees to it that the file is absent or holds a ring.
   *
   * @throws InvalidSettingException if it is there and cannot be read
   */
  public static void requireReadable(Path file) {
    new KeyRingFile(file).read();
  }

  private static KeyRing openFirst(Connection connection, KeyRingFile file) throws SQLException {
    boolean created = file.read().isEmpty() && file.create(TinkKeyRing.generate());
    TinkKeyRing ring = file.read().orElseThrow(() -> missing(file.path()));
    // The file is on the disk before the proof is: after a crash in between, it is used.
    insertProof(connection, ring);
    byte[] proof = Optional.ofNullable(proof(connection)).orElseThrow();
    if (!fits(ring, proof)) {
      if (created) {
        file.remove();
      }
      throw unfit(file.path());
    }
    if (created) {
      LOG.info(
          "Created the key ring {}; back it up, without it the data cannot be read", file.path());
    }
    return ring;
  }

  private static TinkKeyRing proven(TinkKeyRing ring, byte[] proof, Path file) {
    if (!fits(ring, proof)) {
      throw unfit(file);
    }
    return ring;
  }

  private static boolean fits(TinkKeyRing ring, byte[] proof) {
    try {
      return Arrays.equals(ring.open(proof, CONTEXT), canary(ring));
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static byte[] canary(TinkKeyRing ring) {
    return ring.hash(CONTEXT, new byte[0]);
  }

  private static byte @Nullable [] proof(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT);
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getBytes(1) : null;
    }
  }

  private static void insertProof(Connection connection, TinkKeyRing ring) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setBytes(1, ring.seal(canary(ring), CONTEXT));
      insert.executeUpdate();
    }
  }

  private static InvalidSettingException missing(Path file) {
    return new InvalidSettingException(
        "Setting secret.key-file: %s is missing, but the database holds data sealed with it: restore the file or copy it from another node."
            .formatted(file));
  }

  private static InvalidSettingException unfit(Path file) {
    return new InvalidSettingException(
        "Setting secret.key-file: %s is not the key ring that the data in the database was sealed with: restore the right file or copy it from another node."
            .formatted(file));
  }
}
