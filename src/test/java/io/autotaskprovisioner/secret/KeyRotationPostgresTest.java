package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.support.TestDatabase;

class KeyRotationPostgresTest extends KeyRotationSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
