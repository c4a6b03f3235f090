package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.support.TestDatabase;

class LoginGuardH2Test extends LoginGuardSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.h2();
  }
}
