package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class ConfigurationKeysPostgresTest extends ConfigurationKeysSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
