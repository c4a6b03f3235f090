package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.support.TestDatabase;

class H2DatabaseTest extends DatabaseSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
