package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.support.TestDatabase;

class InstanceStorePostgresTest extends InstanceStoreSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
