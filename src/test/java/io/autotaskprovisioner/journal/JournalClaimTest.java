package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

/** Runs {@link JournalClaimSuite} on both databases. */
class JournalClaimTest {

  @Nested
  class OnH2 extends JournalClaimSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgreSql extends JournalClaimSuite {
    OnPostgreSql() {
      super(true);
    }
  }
}
