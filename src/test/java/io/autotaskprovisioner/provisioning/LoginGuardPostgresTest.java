package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.support.TestDatabase;

class LoginGuardPostgresTest extends LoginGuardSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.postgres();
  }
}
