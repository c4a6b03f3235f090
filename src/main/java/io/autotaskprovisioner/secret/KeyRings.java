package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
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

  /** Where the settings say that the ring is: a setting of its own, else a file. */
  static KeyRingStore store(Settings settings) {
    Optional<String> text = settings.text("secret.key-ring");
    if (text.isPresent()) {
      return new KeyRingText(text.get());
    }
    Path directory = settings.path("data.directory", "data");
    return new KeyRingFile(
        settings.path("secret.key-file", directory.resolve("keyring.json").toString()));
  }

  /** The ring in the file, as {@link #open(DataSource, KeyRingStore)} says. */
  public static KeyRing open(DataSource dataSource, Path file) {
    return open(dataSource, new KeyRingFile(file));
  }

  /**
   * The ring in the store, proven against the database.
   *
   * <p>Safe when several processes start at once on one database: the first to write its proof
   * wins; another that made a ring of its own removes that again and stops.
   *
   * @throws InvalidSettingException if the ring is missing, unreadable or does not fit the data
   */
  static ReloadingKeyRing open(DataSource dataSource, KeyRingStore store) {
    Object stamp = store.stamp();
    try (Connection connection = dataSource.getConnection()) {
      byte[] proof = proof(connection);
      TinkKeyRing ring =
          proof == null
              ? openFirst(connection, store)
              : proven(store.read().orElseThrow(() -> missing(store)), proof, store);
      return new ReloadingKeyRing(store, ring, stamp, System::nanoTime);
    } catch (SQLException e) {
      throw new IllegalStateException("Table key_check cannot be read or written", e);
    }
  }

  /**
   * Looks whether the ring of the settings fits the database, changing neither.
   *
   * @return false where the database has no proof yet
   * @throws InvalidSettingException if the ring is missing, unreadable or does not fit the data
   */
  public static boolean requireFit(Connection connection, Settings settings) throws SQLException {
    byte[] proof = proof(connection);
    KeyRingStore store = store(settings);
    Optional<TinkKeyRing> ring = store.read();
    if (proof == null) {
      return false;
    }
    proven(ring.orElseThrow(() -> missing(store)), proof, store);
    return true;
  }

  /**
   * Sees to it that the ring of the settings is absent or can be read.
   *
   * @return whether it is there
   * @throws InvalidSettingException if it is there and cannot be read
   */
  public static boolean requireReadable(Settings settings) {
    return store(settings).read().isPresent();
  }

  private static TinkKeyRing openFirst(Connection connection, KeyRingStore store)
      throws SQLException {
    boolean created = store.read().isEmpty() && store.create(TinkKeyRing.generate());
    TinkKeyRing ring = store.read().orElseThrow(() -> missing(store));
    // The file is on the disk before the proof is: after a crash in between, it is used.
    insertProof(connection, ring);
    byte[] proof = Optional.ofNullable(proof(connection)).orElseThrow();
    if (!fits(ring, proof)) {
      if (created) {
        store.remove();
      }
      throw unfit(store);
    }
    if (created) {
      LOG.info(
          "Created the key ring ({}); back it up, without it the data cannot be read",
          store.place());
    }
    return ring;
  }

  private static TinkKeyRing proven(TinkKeyRing ring, byte[] proof, KeyRingStore store) {
    if (!fits(ring, proof)) {
      throw unfit(store);
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

  private static InvalidSettingException missing(KeyRingStore store) {
    return new InvalidSettingException(
        "%s is missing, but the database holds data sealed with it: restore the file or copy it from another node."
            .formatted(store.place()));
  }

  private static InvalidSettingException unfit(KeyRingStore store) {
    return new InvalidSettingException(
        "%s is not the key ring that the data in the database was sealed with, or an older state of it: restore the right one or copy it from another node."
            .formatted(store.place()));
  }
}
