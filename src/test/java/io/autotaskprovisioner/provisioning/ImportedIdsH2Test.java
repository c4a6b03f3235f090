package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.support.TestDatabase;

class ImportedIdsH2Test extends ImportedIdsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
