package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;

final class DeliveryLoopPostgreSqlTest extends DeliveryLoopSuite {

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
