package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.support.TestDatabase;

class ImportedIdsPostgresTest extends ImportedIdsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
