package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.FileLeases;
import io.autotaskprovisioner.journal.ResultLeases;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import io.autotaskprovisioner.support.ForwardingDatabase;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that stalls just before it puts a result file in its place, and one that follows. */
class OvertakenWriterTest {

  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration TURN = Duration.ofHours(1);

  @TempDir private Path folder;
  private IntakeFixture intake;
  private SharedFolder results;
  private AtomicFile unfinished;

  @BeforeEach
  void stall() throws Exception {
    intake = new IntakeFixture(folder, TestDatabase.h2());
    // The writer of the fixture never has its turn.
    intake.set("intake.results.refresh-interval", TURN.toSeconds() + "s").start();
    intake.dropFixture("three.csv", "three.csv");
    await()
        .until(
            () ->
                intake.allBatches().stream()
                    .anyMatch(batch -> batch.status() == BatchStatus.RUNNING));
    Batch batch = intake.allBatches().get(0);
    results = SharedFolder.of(IntakeFolders.RESULTS, folder.resolve("results"));
    ResultLeases stalled = new ResultLeases(intake.database.database(), "stalled", LEASE);
    assertThat(stalled.take(results.id()).mine()).containsExactly(batch.id());
    unfinished = AtomicFile.create(intake.results("three.summary.json"), "stalled.1");
    unfinished.writer().write("an older state");
    stalled.require(batch.id());
    intake.database.execute(
        "update result_files set lease_until = current_timestamp - interval '1' second");
  }

  @AfterEach
  void close() throws Exception {
    unfinished.close();
    intake.close();
  }

  @Test
  void whoever_takes_over_keeps_it_off() {
    writer(intake.database.database()).refresh();

    requireKeptOff();
  }

  @Test
  void whoever_is_not_told_that_it_has_taken_over_keeps_it_off_at_its_next_turn() {
    Database database =
        new ForwardingDatabase(intake.database.database()) {
          private boolean cut = true;

          @Override
          public <T> T transaction(SqlWork<T> work) {
            T result = super.transaction(work);
            if (cut) {
              cut = false;
              throw new StorageException("The connection was cut in the COMMIT", null, true);
            }
            return result;
          }
        };
    ResultFiles writer = writer(database);

    writer.refresh();
    writer.refresh();

    requireKeptOff();
  }

  private void requireKeptOff() {
    assertThat(intake.results("three.summary.json")).content().contains("\"RUNNING\"");
    assertThatThrownBy(unfinished::commit).isInstanceOf(NoSuchFileException.class);
    assertThat(intake.results("three.summary.json")).content().contains("\"RUNNING\"");
  }

  private ResultFiles writer(Database database) {
    var registry = intake.context().getRegistry();
    AbandonedReadings none =
        new AbandonedReadings(
            Map.of(),
            registry.lookupByNameAndType("uploads", Uploads.class),
            StandardCharsets.UTF_8,
            intake.batches(),
            new FileLeases(intake.database.database(), "next", LEASE),
            Clock.systemUTC());
    SucceededLines succeeded =
        new SucceededLines(
            intake.journal(),
            intake.database.database(),
            registry.findSingleByType(Instances.class),
            registry.findSingleByType(InstanceJson.class),
            false);
    return new ResultFiles(
        results,
        "next.1",
        new ResultLeases(database, "next", LEASE),
        none,
        TURN,
        intake.journal(),
        intake.batches(),
        registry.findSingleByType(ElementCatalogue.class),
        succeeded,
        new RecentRates(Clock.systemUTC()),
        Clock.systemUTC());
  }
}
