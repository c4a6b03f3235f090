package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.support.TestDatabase;

class InstanceLifecyclePostgresTest extends InstanceLifecycleSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
