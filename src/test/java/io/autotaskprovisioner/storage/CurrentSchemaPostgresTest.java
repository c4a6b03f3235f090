package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.support.TestDatabase;

class CurrentSchemaPostgresTest extends CurrentSchemaSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
