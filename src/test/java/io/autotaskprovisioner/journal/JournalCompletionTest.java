package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

/** Runs {@link JournalCompletionSuite} on both databases. */
class JournalCompletionTest {

  @Nested
  class OnH2 extends JournalCompletionSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgreSql extends JournalCompletionSuite {
    OnPostgreSql() {
      super(true);
    }
  }
}
