package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.support.TestDatabase;

class ScheduleRunsH2Test extends ScheduleRunsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }
}
