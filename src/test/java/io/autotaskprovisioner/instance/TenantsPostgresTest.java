package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class TenantsPostgresTest extends TenantsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
