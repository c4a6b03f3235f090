package io.autotaskprovisioner.audit;

import io.autotaskprovisioner.support.TestDatabase;

class AuditTrailPostgresTest extends AuditTrailSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.postgres();
  }
}
