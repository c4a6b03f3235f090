package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;

final class DeliveryLoopH2Test extends DeliveryLoopSuite {

  private JdbcTestDatabase database;

  @Override
  Database openDatabase() throws Exception {
    database = JdbcTestDatabase.h2();
    return database;
  }

  @Override
  void closeDatabase() {
    database.close();
  }
}
