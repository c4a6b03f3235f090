package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.support.TestDatabase;

final class DeliveryTablePostgreSqlTest extends DeliveryTableSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.postgres();
  }
}
