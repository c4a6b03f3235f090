package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.support.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that hold on H2 and on PostgreSQL; each test has a database of its own. */
abstract class JournalSuite {

  private final boolean postgres;
  private TestDatabase database;
  protected JournalFixture fixture;

  JournalSuite(boolean postgres) {
    this.postgres = postgres;
  }

  @BeforeEach
  void openDatabase() {
    database = postgres ? TestDatabase.postgres() : TestDatabase.h2();
    fixture = new JournalFixture(database.database(), database.keyRing());
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }
}
