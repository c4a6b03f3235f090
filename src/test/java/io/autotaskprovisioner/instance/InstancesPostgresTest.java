package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class InstancesPostgresTest extends InstancesSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
