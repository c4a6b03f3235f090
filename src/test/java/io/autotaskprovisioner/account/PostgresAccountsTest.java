package io.autotaskprovisioner.account;

import io.autotaskprovisioner.support.TestDatabase;

class PostgresAccountsTest extends AccountsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
