package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

/** Runs {@link JournalRepliesSuite} on both databases. */
class JournalRepliesTest {

  @Nested
  class OnH2 extends JournalRepliesSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgreSql extends JournalRepliesSuite {
    OnPostgreSql() {
      super(true);
    }
  }
}
