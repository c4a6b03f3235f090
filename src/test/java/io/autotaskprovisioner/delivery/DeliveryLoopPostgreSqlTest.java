package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.support.TestDatabase;

final class DeliveryLoopPostgreSqlTest extends DeliveryLoopSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.postgres();
  }
}
