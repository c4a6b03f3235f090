package io.autotaskprovisioner.faults;

import io.autotaskprovisioner.LaunchedApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL and an Artemis beside the program, which go away and come back by themselves. */
class FaultsOnPostgresIT extends FaultSuite {

  @Override
  Installation installed(Path folder) throws Exception {
    return Installation.onPostgres(folder);
  }

  @Override
  String database() {
    return "PostgreSQL with an external broker";
  }

  @Override
  List<Nemesis> ownFaults() {
    return List.of(restartOfDatabase(), cutCommits(), restartOfBroker());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_database_that_stops_and_starts_costs_nothing() throws Exception {
    run(campaign("database stopped", 10).times(4), restartOfDatabase());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_commit_whose_outcome_nobody_heard_of_takes_place_once_or_not_at_all() throws Exception {
    run(campaign("cut in COMMIT", 10).times(30), cutCommits());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void a_broker_that_stops_and_starts_costs_nothing() throws Exception {
    run(campaign("broker stopped", 10).times(4), restartOfBroker());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void connections_to_the_broker_that_are_cut_cost_nothing() throws Exception {
    run(
        campaign("broker's connections cut", 10).times(30),
        random -> installation.wayToBroker().cut());
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void two_nodes_whose_clocks_are_twenty_minutes_apart_share_the_work(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    try (Installation own = installed(folder)) {
      LaunchedApplication behind = own.application();
      behind.jvmOptions(ShiftedClock.options(Duration.ofMinutes(-10), folder)).launch();
      behind.awaitReady();
      LaunchedApplication ahead = own.node();
      ahead.jvmOptions(ShiftedClock.options(Duration.ofMinutes(10), folder)).launch();
      own.add(ahead);
      ahead.awaitReady();
      run(
          campaign(own, "clocks apart, kill -9", 5).times(4),
          random -> {
            LaunchedApplication struck = random.nextBoolean() ? ahead : behind;
            struck.kill();
            struck.launch().awaitReady();
          });
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "faults.form", matches = "long")
  void kills_of_either_of_two_nodes_lose_nothing_and_double_nothing(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    try (Installation own = installed(folder)) {
      LaunchedApplication other = own.node();
      own.application().launch();
      other.launch();
      own.application().awaitReady();
      other.awaitReady();
      own.add(other);
      run(
          campaign(own, "kill -9 of one of two", 40).times(KILLS),
          random -> {
            LaunchedApplication struck = random.nextBoolean() ? own.application() : other;
            struck.kill();
            struck.launch().awaitReady();
          });
    }
  }

  private Nemesis restartOfDatabase() {
    return random -> {
      installation.postgres().stop();
      away(random);
      installation.postgres().start();
    };
  }

  private Nemesis cutCommits() {
    return new Nemesis() {
      @Override
      public void strike(Random random) {
        int commits = 1 + random.nextInt(4);
        if (random.nextBoolean()) {
          installation.wayToDatabase().cutAfterCommit(commits);
        } else {
          installation.wayToDatabase().cutBeforeCommit(commits);
        }
      }

      @Override
      public void heal() {
        installation.wayToDatabase().heal();
      }
    };
  }

  private Nemesis restartOfBroker() {
    return random -> {
      installation.broker().stop();
      away(random);
      installation.broker().start();
    };
  }

  private static void away(Random random) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2_500));
  }
}
