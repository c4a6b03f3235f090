package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

/** Runs {@link JournalAcceptanceSuite} on both databases. */
class JournalAcceptanceTest {

  @Nested
  class OnH2 extends JournalAcceptanceSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgreSql extends JournalAcceptanceSuite {
    OnPostgreSql() {
      super(true);
    }
  }
}
