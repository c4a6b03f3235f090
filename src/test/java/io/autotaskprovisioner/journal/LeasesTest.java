package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

/** Runs {@link LeasesSuite} on both databases. */
class LeasesTest {

  @Nested
  class OnH2 extends LeasesSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgreSql extends LeasesSuite {
    OnPostgreSql() {
      super(true);
    }
  }
}
