package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.support.TestDatabase;

class KeyRotationH2Test extends KeyRotationSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
