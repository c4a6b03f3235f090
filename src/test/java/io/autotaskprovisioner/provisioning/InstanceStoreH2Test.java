package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.support.TestDatabase;

class InstanceStoreH2Test extends InstanceStoreSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
