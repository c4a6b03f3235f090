package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

/** Runs {@link BatchesSuite} on both databases. */
class BatchesTest {

  @Nested
  class OnH2 extends BatchesSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgreSql extends BatchesSuite {
    OnPostgreSql() {
      super(true);
    }
  }
}
