package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.support.TestDatabase;

class OperationsPostgresTest extends OperationsSuite {
  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
