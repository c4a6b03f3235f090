package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class InstancesH2Test extends InstancesSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
