package io.autotaskprovisioner.audit;

import io.autotaskprovisioner.support.TestDatabase;

class AuditTrailH2Test extends AuditTrailSuite {

  @Override
  TestDatabase openDatabase() {
    return TestDatabase.h2();
  }
}
