package io.autotaskprovisioner.journal;

import org.junit.jupiter.api.Nested;

class BatchCancellationTest {

  @Nested
  class OnH2 extends BatchCancellationSuite {
    OnH2() {
      super(false);
    }
  }

  @Nested
  class OnPostgres extends BatchCancellationSuite {
    OnPostgres() {
      super(true);
    }
  }
}
