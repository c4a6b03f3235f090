package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.support.TestDatabase;

class ScheduleRunsPostgresTest extends ScheduleRunsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }
}
