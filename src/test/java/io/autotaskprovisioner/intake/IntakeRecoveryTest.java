package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.FileLeases;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.storage.StorageException;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeRecoveryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private IntakeFixture intake;

  @BeforeEach
  void prepare() {
    intake = new IntakeFixture(folder, TestDatabase.h2());
  }

  @AfterEach
  void close() {
    intake.close();
  }

  @Test
  void a_reading_that_was_cut_off_goes_on_where_the_journal_ends_and_takes_nothing_twice()
      throws Exception {
    StringBuilder csv = new StringBuilder("name,username,password,serverUrl\n");
    for (int i = 1; i <= 50; i++) {
      csv.append("n%d,u%d,hush-%d,https://ww3.autotask.net\n".formatted(i, i, i));
    }
    AtomicInteger calls = new AtomicInteger();
    intake
        .set("intake.file.chunk-size", "10")
        .start(journal -> refusing(journal, () -> calls.incrementAndGet() > 3));
    intake.drop("cut.csv", csv.toString());
    await().atMost(PATIENCE).until(() -> calls.get() > 3);
    intake.stop();
    assertThat(intake.names("inbox")).containsExactly("cut.csv");
    assertThat(intake.names("archive")).noneMatch(name -> name.startsWith("cut"));

    intake.start();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(intake.allBatches())
                    .singleElement()
                    .satisfies(b -> assertThat(b.status()).isEqualTo(BatchStatus.RUNNING)));
    Batch batch = intake.allBatches().get(0);
    assertThat(intake.entries(batch)).hasSize(50);
    assertThat(intake.entries(batch))
        .extracting(JournalEntry::recordNumber)
        .doesNotHaveDuplicates();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(intake.names("inbox")).isEmpty());
    assertThat(intake.archived().lines()).hasSize(51);
    assertThat(intake.archived()).doesNotContain("hush");
  }

  @Test
  void a_corrected_file_of_failures_dropped_again_provisions_the_rest() throws Exception {
    intake.start();
    intake.drop(
        "customers.csv",
        """
        name,username,password,serverUrl,tags
        =Good,u1,hush-1,https://ww3.autotask.net,a
        -Typo,u2wrong,hush-2,https://ww3.autotask.net,b
        """);
    await().atMost(PATIENCE).until(() -> waiting() == 2);
    intake.work(Map.of("u2wrong", FailureClass.REJECTED_CREDENTIALS));
    JsonNode summary = awaitFinished("customers");
    assertThat(summary.path("succeeded").asInt()).isEqualTo(1);
    assertThat(summary.at("/failures/0/failureClass").asText()).isEqualTo("REJECTED_CREDENTIALS");
    assertThat(summary.at("/failures/0/advice").asText()).isNotEmpty();
    String failed = Files.readString(intake.results("customers.failed.csv"));
    assertThat(failed).doesNotContain("hush").contains("'-Typo", "********");
    assertThat(failed.lines().findFirst().orElseThrow())
        .isEqualTo("name,username,password,serverUrl,tags,requestId,failureClass,reason");

    intake.drop("customers.failed.csv", failed.replace("u2wrong", "u2"));

    await().atMost(PATIENCE).until(() -> waiting() == 1);
    var claim = intake.journal().claim(10, Duration.ofMinutes(2)).get(0);
    assertThat(claim.request().name()).isEqualTo("-Typo");
    assertThat(claim.request().configuration())
        .containsEntry("finance.autotask.username", "u2")
        .containsEntry("finance.autotask.password", "hush-2");
  }

  @Test
  void failures_of_json_are_written_as_flat_columns() throws Exception {
    intake.start();
    intake.dropFixture("three.json", "three.json");
    await().atMost(PATIENCE).until(() -> waiting() == 3);
    intake.work(
        Map.of(
            "api1@example.com",
            FailureClass.REJECTED_CREDENTIALS,
            "api2@example.com",
            FailureClass.REJECTED_CREDENTIALS));
    awaitFinished("three");

    List<String> lines = Files.readAllLines(intake.results("three.failed.csv"));

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo("name,username,password,serverUrl,element,tags,requestId,failureClass,reason");
    assertThat(lines.get(1))
        .startsWith("Acme Ltd,api1@example.com,********,https://ww3.autotask.net,,north;gold,r-");
    assertThat(lines.get(2)).contains("api2@example.com,********,https://ww5.autotask.net");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_reading_whose_file_is_gone_or_edited_ends_after_five_minutes_and_says_so(boolean gone)
      throws Exception {
    AtomicInteger calls = new AtomicInteger();
    intake
        .set("intake.file.chunk-size", "1")
        .start(journal -> refusing(journal, () -> calls.incrementAndGet() > 2));
    intake.dropFixture("three.csv", "three.csv");
    await().atMost(PATIENCE).until(() -> calls.get() > 2);
    long id = intake.allBatches().get(0).id();
    MutableClock clock = MutableClock.standing();
    AbandonedReadings abandoned =
        new AbandonedReadings(
            Map.of(Door.FILE, SharedFolder.of("inbox", intake.inbox())),
            intake.context().getRegistry().lookupByNameAndType("uploads", Uploads.class),
            StandardCharsets.UTF_8,
            intake.batches(),
            new FileLeases(intake.database.database(), "another node", Duration.ofMinutes(2)),
            clock);
    abandoned.end();
    clock.advance(AbandonedReadings.STANDSTILL);
    abandoned.end();
    assertThat(status(id)).as("while the file is there").isEqualTo(BatchStatus.READING);
    // The route would read the edited file as another batch.
    intake.context().getRouteController().stopRoute("intake-file");
    if (gone) {
      Files.delete(intake.inbox().resolve("three.csv"));
    } else {
      Files.writeString(intake.inbox().resolve("three.csv"), "name\nother\n");
    }
    clock.advance(AbandonedReadings.STANDSTILL.minusMillis(1));
    abandoned.end();
    assertThat(status(id)).as("a moment too early").isEqualTo(BatchStatus.READING);

    clock.advance(Duration.ofMillis(1));
    abandoned.end();

    assertThat(intake.batches().find(id).orElseThrow().errorMessage())
        .contains("behind record 2", gone ? "is gone" : "was changed");
    intake.work(Map.of());
    assertThat(awaitFinished("three").path("succeeded").asInt()).isEqualTo(2);
    assertThat(Files.readAllLines(intake.results("three.succeeded.ndjson"))).isEmpty();
  }

  @Test
  void a_stop_behind_the_rename_is_made_up_for_at_the_next_start() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    intake
        .set("intake.file.chunk-size", "3")
        .start(journal -> refusing(journal, () -> calls.incrementAndGet() > 0));
    intake.dropFixture("three.csv", "three.csv");
    await().atMost(PATIENCE).until(() -> calls.get() > 0);
    intake.stop();
    long id;
    intake.start(journal -> refusing(journal, () -> true));
    id = intake.allBatches().get(0).id();
    intake.stop();
    Files.move(
        intake.inbox().resolve("three.csv"), intake.inbox().resolve(".read-" + id + "-three.csv"));

    intake.start();

    assertThat(intake.names("inbox")).isEmpty();
    assertThat(intake.batches().find(id).orElseThrow().errorMessage()).isNull();
    assertThat(status(id)).isNotEqualTo(BatchStatus.READING);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_database_that_does_not_say_whether_a_reading_ended_is_asked_again(boolean ended)
      throws Exception {
    intake.start();
    Path file = Files.writeString(folder.resolve("some.csv"), "name\nsomebody\n");
    TextInspection inspection = TextInspection.of(file, StandardCharsets.UTF_8);
    SharedFolder shared = SharedFolder.of("inbox", folder);
    FileLeases leases =
        new FileLeases(intake.database.database(), "another node", Duration.ofMinutes(2));
    FileLease lease = leases.claim(shared.id(), "some.csv").orElseThrow();
    Batch batch =
        intake
            .batches()
            .open(
                new Batches.NewBatch(
                    1,
                    Door.UPLOAD,
                    "some.csv",
                    "some",
                    inspection.checksum(),
                    1,
                    "CSV",
                    shared.id(),
                    "results"),
                lease);
    ElementCatalogue catalogue =
        intake.context().getRegistry().findSingleByType(ElementCatalogue.class);
    SecretMask mask = new SecretMask(catalogue);
    OpenedFile opened =
        OpenedFile.open(
            file, FileFormat.CSV, inspection, new RecordReaders(catalogue, mask, 10_000));
    FileReading reading =
        new FileReading(
            file,
            FileStamp.of(file),
            batch,
            opened,
            null,
            new RequestNormalizer(catalogue),
            mask,
            1,
            lease,
            () -> false,
            () -> false);
    Departure departure =
        new Departure(
            shared,
            null,
            "another node",
            cutOff(intake.batches(), ended),
            leases,
            StandardCharsets.UTF_8,
            true);

    assertThatThrownBy(() -> departure.leave(reading)).isInstanceOf(StorageException.class);
    reading.release();
    leases.release(lease);
    departure.recover();

    assertThat(status(batch.id())).isNotEqualTo(BatchStatus.READING);
    assertThat(folder.toFile().list((directory, name) -> name.contains("some"))).isEmpty();
  }

  /** The real batches behind a connection that is cut once, before or after the commit. */
  private static Batches cutOff(Batches batches, boolean after) {
    AtomicInteger calls = new AtomicInteger();
    return (Batches)
        Proxy.newProxyInstance(
            Batches.class.getClassLoader(),
            new Class<?>[] {Batches.class},
            (proxy, method, arguments) -> {
              boolean cut = method.getName().equals("readingEnded") && calls.incrementAndGet() == 1;
              Object answer = cut && !after ? null : method.invoke(batches, arguments);
              if (cut) {
                throw new StorageException("The connection was cut", null, true);
              }
              return answer;
            });
  }

  private BatchStatus status(long batchId) {
    return intake.batches().find(batchId).orElseThrow().status();
  }

  private long waiting() {
    return intake.allBatches().stream()
        .filter(batch -> batch.status() == BatchStatus.RUNNING)
        .mapToLong(Batch::waiting)
        .sum();
  }

  private JsonNode awaitFinished(String name) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> intake.json(intake.results(name + ".summary.json")),
            summary -> summary.path("status").asText().equals("FINISHED"));
  }

  /** The real journal behind a database that goes away. */
  private static Journal refusing(Journal journal, BooleanSupplier isDown) {
    return (Journal)
        Proxy.newProxyInstance(
            Journal.class.getClassLoader(),
            new Class<?>[] {Journal.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("accept") && isDown.getAsBoolean()) {
                throw new StorageException("The database is away", null, false);
              }
              try {
                return method.invoke(journal, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
