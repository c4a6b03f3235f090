package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.support.TestDatabase;

class PostgresDatabaseTest extends DatabaseSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
