package io.autotaskprovisioner.movein;

import io.autotaskprovisioner.support.TestDatabase;

class ImportsPostgresTest extends ImportsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
