package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class ConfigurationKeysH2Test extends ConfigurationKeysSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
