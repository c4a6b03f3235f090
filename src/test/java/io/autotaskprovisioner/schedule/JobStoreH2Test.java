package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.support.TestDatabase;

class JobStoreH2Test extends JobStoreSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
