package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.support.TestDatabase;

class OperationsH2Test extends OperationsSuite {
  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
