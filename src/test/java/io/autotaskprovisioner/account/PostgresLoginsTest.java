package io.autotaskprovisioner.account;

import io.autotaskprovisioner.support.TestDatabase;

class PostgresLoginsTest extends LoginsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
