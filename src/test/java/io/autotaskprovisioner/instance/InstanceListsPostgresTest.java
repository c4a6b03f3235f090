package io.autotaskprovisioner.instance;

import io.autotaskprovisioner.support.TestDatabase;
import org.junit.jupiter.api.Test;

class InstanceListsPostgresTest extends InstanceListsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.postgres();
  }

  @Test
  void two_processes_count_at_once_without_waiting_for_each_other() {
    countInTwoProcessesAtOnce();
  }
}
