package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.support.TestDatabase;

class PostgresKeyRingsTest extends KeyRingsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
