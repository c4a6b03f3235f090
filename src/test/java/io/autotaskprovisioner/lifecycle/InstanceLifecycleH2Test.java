package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.support.TestDatabase;

class InstanceLifecycleH2Test extends InstanceLifecycleSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
