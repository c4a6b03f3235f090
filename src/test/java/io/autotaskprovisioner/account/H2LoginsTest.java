package io.autotaskprovisioner.account;

import io.autotaskprovisioner.support.TestDatabase;

class H2LoginsTest extends LoginsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
