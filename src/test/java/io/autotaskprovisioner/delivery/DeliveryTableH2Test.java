package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.support.TestDatabase;

final class DeliveryTableH2Test extends DeliveryTableSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.h2();
  }
}
