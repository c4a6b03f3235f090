package io.autotaskprovisioner.movein;

import io.autotaskprovisioner.support.TestDatabase;

class ImportsH2Test extends ImportsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
