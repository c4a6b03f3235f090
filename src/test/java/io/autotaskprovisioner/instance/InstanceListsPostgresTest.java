package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class InstanceListsPostgresTest extends InstanceListsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
