package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.support.TestDatabase;

class H2KeyRingsTest extends KeyRingsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
