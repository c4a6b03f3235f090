package io.autotaskprovisioner.storage;

import io.autotaskprovisioner.support.TestDatabase;

class CurrentSchemaH2Test extends CurrentSchemaSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
