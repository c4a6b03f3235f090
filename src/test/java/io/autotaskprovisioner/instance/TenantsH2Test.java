package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;

class TenantsH2Test extends TenantsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
