package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;

final class DeliveryTableH2Test extends DeliveryTableSuite {

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
