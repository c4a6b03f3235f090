package io.autotaskprovisioner.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Flyway has migrated is current; whatever differs from it is for Flyway to judge. */
abstract class CurrentSchemaSuite {

  private TestDatabase database;

  abstract TestDatabase open();

  @BeforeEach
  void openDatabase() {
    database = open();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private boolean isCurrent() {
    return Opening.CURRENT_SCHEMA.isIn(database.database().dataSource());
  }

  @Test
  void what_flyway_has_migrated_is_current() {
    assertThat(isCurrent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update flyway_schema_history set checksum = checksum + 1 where version = '2'",
        "update flyway_schema_history set success = false where version = '9.1'",
        "update flyway_schema_history set version = '99' where version = '2'",
        "delete from flyway_schema_history where version = '9'",
        "delete from flyway_schema_history",
        "drop table flyway_schema_history",
        """
        insert into flyway_schema_history
          (installed_rank, version, description, type, script, installed_by, execution_time, success)
        values (999, '999', 'of a later version', 'SQL', 'x', 'x', 0, true)
        """,
        """
        insert into flyway_schema_history
          (installed_rank, version, description, type, script, installed_by, execution_time, success)
        values (999, null, 'repeatable', 'SQL', 'x', 'x', 0, true)
        """
      })
  void a_history_that_differs_is_not(String difference) {
    database.execute(difference);

    assertThat(isCurrent()).isFalse();
  }

  @Test
  void a_program_of_another_version_finds_it_not_current() {
    CurrentSchema without = new CurrentSchema("db/migration/common/", List.of());

    assertThat(without.isIn(database.database().dataSource())).isFalse();
  }
}
