package io.autotaskprovisioner.schedule;

import io.autotaskprovisioner.support.TestDatabase;
import java.util.Map;

class StoredInstancesPostgresTest extends StoredInstancesSuite {

  @Override
  Map<String, String> storage() {
    return Map.of(
        "storage.url", TestDatabase.emptyPostgresUrl(),
        "storage.user", "postgres",
        "storage.password", "postgres");
  }
}
