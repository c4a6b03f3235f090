package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.support.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Tests that hold on H2 and on PostgreSQL; each test finds the database empty. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JournalSuite {

  private final boolean postgres;
  private TestDatabase database;
  protected JournalFixture fixture;

  JournalSuite(boolean postgres) {
    this.postgres = postgres;
  }

  @BeforeAll
  void openDatabase() {
    database = postgres ? TestDatabase.postgres() : TestDatabase.h2();
  }

  @BeforeEach
  void emptyDatabase() {
    database.clear();
    fixture = new JournalFixture(database.database(), database.keyRing());
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }
}
