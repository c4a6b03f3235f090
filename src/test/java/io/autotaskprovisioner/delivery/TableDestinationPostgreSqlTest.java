package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.support.TestDatabase;

final class TableDestinationPostgreSqlTest extends TableDestinationSuite {

  private final String url = TestDatabase.emptyPostgresUrl();

  @Override
  String url() {
    return url;
  }

  @Override
  String user() {
    return "postgres";
  }

  @Override
  String password() {
    return "postgres";
  }

  @Override
  TestDatabase outbox() {
    return TestDatabase.postgres();
  }
}
