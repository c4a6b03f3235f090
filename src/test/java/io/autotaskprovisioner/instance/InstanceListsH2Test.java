package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class InstanceListsH2Test extends InstanceListsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
