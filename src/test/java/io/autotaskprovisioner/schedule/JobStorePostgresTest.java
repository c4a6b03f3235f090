package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.support.TestDatabase;

class JobStorePostgresTest extends JobStoreSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
