package io.autotaskprovisioner.account;

import io.autotaskprovisioner.support.TestDatabase;

class H2AccountsTest extends AccountsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
