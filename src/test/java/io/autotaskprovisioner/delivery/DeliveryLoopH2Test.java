package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.support.TestDatabase;

final class DeliveryLoopH2Test extends DeliveryLoopSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.h2();
  }
}
