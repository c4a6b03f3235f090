package io.autotaskprovisioner.housekeeping;

import io.autotaskprovisioner.support.TestDatabase;

class HousekeepingH2Test extends HousekeepingSuite {

  @Override
  TestDatabase fresh() {
    return TestDatabase.h2();
  }
}
