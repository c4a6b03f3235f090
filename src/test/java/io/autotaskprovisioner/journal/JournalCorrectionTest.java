package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

/** Runs {@link JournalCorrectionSuite} on both databases. */
class JournalCorrectionTest {

  @Nested
  class OnH2 extends JournalCorrectionSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgreSql extends JournalCorrectionSuite {
    OnPostgreSql() {
      super(true);
    }
  }
}
