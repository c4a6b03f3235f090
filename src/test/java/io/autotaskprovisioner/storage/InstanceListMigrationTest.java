package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts and tags of instances that were stored before either was kept. */
class InstanceListMigrationTest {

  private static final int INSTANCES = 2500;

  @TempDir Path folder;

  @Test
  void an_h2_file_of_before_is_counted_and_its_tags_are_indexed() throws Exception {
    check(StorageSettings.h2(folder, "sa", "", 4));
  }

  @Test
  void a_postgresql_of_before_is_counted_and_its_tags_are_indexed() throws Exception {
    check(new StorageSettings(folder, TestDatabase.emptyPostgresUrl(), "postgres", "postgres", 4));
  }

  private static void check(StorageSettings settings) throws Exception {
    fillVersion7(settings);
    JdbcDatabase database =
        JdbcDatabase.open(
            settings,
            new SimpleMeterRegistry(),
            why -> {
              throw new IllegalStateException(why);
            });
    try {
      assertThat(
              rows(
                  database,
                  """
                  select account_id || ' ' || element_key || ' ' || sum(instances)
                  from instance_count group by account_id, element_key order by 1
                  """))
          .containsExactly("1 autotaskcrm 100", "1 autotaskfinance 2000", "2 autotaskfinance 400");
      assertThat(
              rows(
                  database,
                  "select account_id || ' ' || count(*) from instance_tag"
                      + " where tag = 'b \"x\" é' group by account_id order by 1"))
          .containsExactly("1 2100", "2 400");
      assertThat(rows(database, "select count(*) || '' from instance_tag"))
          .containsExactly(Integer.toString(2 * INSTANCES));
    } finally {
      database.stop();
    }
  }

  private static void fillVersion7(StorageSettings settings) throws SQLException {
    Flyway flyway =
        Flyway.configure()
            .dataSource(settings.url(), settings.user(), settings.password())
            .locations("classpath:db/migration/common")
            .target("7")
            .load();
    flyway.migrate();
    try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (int account = 1; account <= 2; account++) {
        statement.execute(
            """
            insert into account (id, email, first_name, last_name, role, user_secret_hash,
              organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
            select %1$d, 'a', 'A', 'B', 'admin', h, h, h, h, current_timestamp
            from (select cast('%1$d' as bytea) as h) x
            """
                .formatted(account));
      }
      for (int id = 1; id <= INSTANCES; id++) {
        statement.addBatch(
            """
            insert into instance (id, account_id, element_key, name, token_hash, sealed_token,
              user_name, server_url, sealed_secrets, tags_json, configuration_json,
              external_authentication, valid, disabled, trace_logging_enabled, verified_at,
              created_at, updated_at, version)
            select %1$d, %2$d, '%3$s', 'n', h, h, 'u', 's', h, '["a%1$d","b \\"x\\" é","a%1$d"]',
              '{}', 'none', true, false, false, current_timestamp, current_timestamp,
              current_timestamp, 1
            from (select cast('%1$d' as bytea) as h) x
            """
                .formatted(id, id <= 2100 ? 1 : 2, id <= 100 ? "autotaskcrm" : "autotaskfinance"));
      }
      statement.executeBatch();
    }
  }

  private static List<String> rows(JdbcDatabase database, String query) {
    return database.transaction(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
              rows.add(row.getString(1));
            }
            return rows;
          }
        });
  }
}
