package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;

final class DeliveryTablePostgreSqlTest extends DeliveryTableSuite {

  private JdbcTestDatabase database;

  @Override
  Database openDatabase() throws Exception {
    database = JdbcTestDatabase.postgres();
    return database;
  }

  @Override
  void closeDatabase() {
    database.close();
  }
}
