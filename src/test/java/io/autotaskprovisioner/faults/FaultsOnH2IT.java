package io.autotaskprovisioner.faults;

import java.nio.file.Path;
import java.util.List;

/** The database in a file, the broker in the same process. */
class FaultsOnH2IT extends FaultSuite {

  @Override
  Installation installed(Path folder) throws Exception {
    return Installation.onH2(folder);
  }

  @Override
  String database() {
    return "H2 with the embedded broker";
  }

  @Override
  List<Nemesis> ownFaults() {
    return List.of();
  }
}
