package io.autotaskprovisioner.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Fills the table {@code instance_tag} for the instances that were there before it. Java, because
 * the two products have no JSON functions in common. Reads and writes a thousand rows at a time.
 */
final class TagMigration implements JavaMigration {

  private static final int ROWS = 1000;

  private static final String SELECT =
      "select id, account_id, tags_json from instance where id > ? order by id limit ?";

  private static final String INSERT =
      """
      insert into instance_tag (account_id, tag, instance_id) values (?, ?, ?)
      on conflict do nothing
      """;

  private final ObjectMapper json = new ObjectMapper();

  @Override
  public MigrationVersion getVersion() {
    return MigrationVersion.fromVersion("9.1");
  }

  @Override
  public String getDescription() {
    return "tags of instances";
  }

  @Override
  public Integer getChecksum() {
    return null;
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  @Override
  public void migrate(Context context) throws Exception {
    Connection connection = context.getConnection();
    long afterId = 0;
    long last;
    while ((last = copy(connection, afterId)) > afterId) {
      afterId = last;
    }
  }

  /** Copies the tags of the next instances; answers the id of the last, or the given one. */
  private long copy(Connection connection, long afterId)
      throws SQLException, JsonProcessingException {
    long last = afterId;
    try (PreparedStatement select = connection.prepareStatement(SELECT);
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      select.setLong(1, afterId);
      select.setInt(2, ROWS);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          last = row.getLong(1);
          for (String tag : tags(row.getString(3))) {
            insert.setLong(1, row.getLong(2));
            insert.setString(2, tag);
            insert.setLong(3, last);
            insert.addBatch();
          }
        }
      }
      insert.executeBatch();
    }
    return last;
  }

  private Set<String> tags(String text) throws JsonProcessingException {
    Set<String> tags = new HashSet<>();
    for (JsonNode tag : json.readTree(text)) {
      tags.add(tag.asText());
    }
    return tags;
  }
}
