package io.autotaskprovisioner.schedule;

import java.util.Map;

class StoredInstancesH2Test extends StoredInstancesSuite {

  @Override
  Map<String, String> storage() {
    return Map.of();
  }
}
