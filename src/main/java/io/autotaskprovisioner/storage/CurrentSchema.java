package io.autotaskprovisioner.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells by one query whether the schema is that of this version, which it is at nearly every start:
 * Flyway, which takes a third of a start only to say the same, need not be asked then.
 *
 * <p>It is if Flyway's history holds each migration of this program with its checksum, each as
 * succeeded, and nothing else. Whatever else there is, a table that is missing above all, is for
 * Flyway to judge.
 */
final class CurrentSchema {

  private static final Logger LOG = LoggerFactory.getLogger(CurrentSchema.class);

  private static final String HISTORY = "flyway_schema_history";

  /** Without Flyway's notes that it made the schema or, in H2, this table. */
  private static final String APPLIED =
      "select version, checksum, success from "
          + HISTORY
          + " where type not in ('SCHEMA', 'TABLE')";

  private static final Pattern FILE = Pattern.compile("V([0-9_]+)__\\w+\\.sql");

  private final String folder;
  private final List<JavaMigration> javaMigrations;

  /**
   * @param folder of the SQL files on the class path, with a slash at its end
   */
  CurrentSchema(String folder, List<JavaMigration> javaMigrations) {
    this.folder = folder;
    this.javaMigrations = javaMigrations;
  }

  /** Whether it is certain that there is nothing to migrate and nothing to complain of. */
  boolean isIn(DataSource dataSource) {
    try {
      Map<String, @Nullable Integer> applied = applied(dataSource);
      return !applied.isEmpty() && applied.equals(ours());
    } catch (SQLException | IOException | URISyntaxException e) {
      LOG.debug("Whether the schema is current is left to Flyway", e);
      return false;
    }
  }

  /** Checksums by version; empty where the history is not one of successful migrations only. */
  private static Map<String, @Nullable Integer> applied(DataSource dataSource) throws SQLException {
    Map<String, @Nullable Integer> applied = new HashMap<>();
    try (Connection connection = dataSource.getConnection()) {
      if (!hasHistory(connection)) {
        return Map.of();
      }
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(APPLIED)) {
        while (row.next()) {
          String version = row.getString(1);
          if (version == null || !row.getBoolean(3) || applied.containsKey(version)) {
            return Map.of();
          }
          applied.put(version, row.getObject(2, Integer.class));
        }
      }
    }
    return applied;
  }

  private static boolean hasHistory(Connection connection) throws SQLException {
    try (ResultSet tables =
        connection.getMetaData().getTables(null, connection.getSchema(), HISTORY, null)) {
      return tables.next();
    }
  }

  private Map<String, @Nullable Integer> ours() throws IOException, URISyntaxException {
    Map<String, @Nullable Integer> ours = new HashMap<>();
    for (String file : files()) {
      Matcher name = FILE.matcher(file);
      if (!name.matches()) {
        throw new IOException(file + " is no versioned migration");
      }
      ours.put(name.group(1).replace('_', '.'), checksum(file));
    }
    javaMigrations.forEach(
        migration -> ours.put(migration.getVersion().getVersion(), migration.getChecksum()));
    return ours;
  }

  /** The names of the files beside this class, in a jar or, while it is built, in a folder. */
  private Set<String> files() throws IOException, URISyntaxException {
    CodeSource source = CurrentSchema.class.getProtectionDomain().getCodeSource();
    Path place = Path.of(source.getLocation().toURI());
    Set<String> names = new HashSet<>();
    if (Files.isDirectory(place)) {
      try (Stream<Path> files = Files.list(place.resolve(folder))) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      }
    } else {
      try (JarFile jar = new JarFile(place.toFile())) {
        jar.stream()
            .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(folder))
            .forEach(entry -> names.add(entry.getName().substring(folder.length())));
      }
    }
    return names;
  }

  /** As Flyway reckons it: CRC-32 of the lines without their ends. */
  private int checksum(String file) throws IOException {
    CRC32 sum = new CRC32();
    try (InputStream stream =
            CurrentSchema.class.getClassLoader().getResourceAsStream(folder + file);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        sum.update(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return (int) sum.getValue();
  }
}
