package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.journal.RequestStatus;
import io.autotaskprovisioner.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeFileRouteTest {

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "three.csv",
        "three-bom-crlf-semicolons.csv",
        "three-tabs.csv",
        "three.ndjson",
        "three.json"
      })
  void a_dropped_file_is_journaled_archived_without_secrets_and_gone(String fixture)
      throws Exception {
    intake.start();
    intake.dropFixture(fixture, fixture);

    Batch batch = awaitRead(1).get(0);

    assertThat(batch.recordsRead()).isEqualTo(3);
    assertThat(intake.entries(batch))
        .extracting(JournalEntry::name)
        .containsExactly("Acme Ltd", "Bolt, Inc", "Cöln GmbH");
    assertThat(intake.entries(batch)).allMatch(e -> e.status() == RequestStatus.WAITING);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(intake.names("inbox")).isEmpty());
    String dot = fixture.substring(fixture.lastIndexOf('.'));
    assertThat(intake.names("archive"))
        .containsExactly(fixture.replace(dot, "." + batch.id() + dot));
    assertThat(intake.archived())
        .contains("Acme Ltd", "api1@example.com", "https://ww3.autotask.net", "********")
        .doesNotContain("pw-one", "two\"", "pw-three");
    assertThat(Files.getPosixFilePermissions(intake.files("archive").get(0)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(intake.inbox()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void a_setting_deletes_files_instead_of_archiving_them() throws Exception {
    intake.set("intake.file.after-reading", "delete").start();
    intake.dropFixture("three.csv", "three.csv");

    awaitRead(1);

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(intake.names("inbox")).isEmpty());
    assertThat(intake.names("archive")).isEmpty();
  }

  @Test
  void bad_records_fail_with_number_and_reason_and_harm_no_neighbour() throws Exception {
    intake.start();
    intake.dropFixture("bad-among-good.csv", "mixed.csv");

    Batch batch = awaitRead(1).get(0);

    List<JournalEntry> entries = intake.entries(batch);
    assertThat(entries).hasSize(8);
    assertThat(entries)
        .extracting(JournalEntry::status)
        .containsExactly(
            RequestStatus.WAITING,
            RequestStatus.FAILED,
            RequestStatus.FAILED,
            RequestStatus.WAITING,
            RequestStatus.FAILED,
            RequestStatus.FAILED,
            RequestStatus.WAITING,
            RequestStatus.WAITING);
    assertThat(entries.get(1).failureMessage())
        .isEqualTo("Line 3: The row has 3 cells, the header has 4.");
    assertThat(entries.get(1).sourceReference()).isEqualTo("mixed.csv:3");
    assertThat(entries.get(7).name()).doesNotContain("\n");
    assertThat(intake.archived())
        .contains("Record 2 could not be read and is not kept")
        .doesNotContain("hush")
        .doesNotContain("pw-");
  }

  @Test
  void a_file_without_a_header_is_refused_without_showing_its_first_record() throws Exception {
    intake.start();
    intake.dropFixture("no-header.csv", "no-header.csv");

    Batch batch = awaitRead(1).get(0);

    assertThat(batch.errorMessage()).contains("header line").doesNotContain("hush-hush-309");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "empty.csv|The file is empty.",
        "three-utf-16.csv|The file is UTF-16",
        "three-latin-1.csv|is not valid UTF-8",
        "binary.csv|binary data"
      })
  void a_file_that_cannot_be_read_stays_under_another_name_and_its_summary_says_why(
      String fixture, String reason) throws Exception {
    intake.start();
    intake.dropFixture(fixture, "cannot.csv");

    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> {
              assertThat(intake.names("inbox")).containsExactly("cannot.csv.refused");
              JsonNode summary = intake.json(intake.results("cannot.summary.json"));
              assertThat(summary.path("status").asText()).isEqualTo("FINISHED");
              assertThat(summary.path("error").asText()).contains(reason);
            });
    assertThat(intake.inbox().resolve("cannot.csv.refused"))
        .hasSameBinaryContentAs(Path.of("src/test/resources/intake", fixture));
    assertThat(intake.names("archive")).isEmpty();
    assertThat(intake.allBatches()).hasSize(1);
  }

  @Test
  void an_array_that_breaks_keeps_what_stands_before_the_break() throws Exception {
    intake.start();
    intake.dropFixture("broken-array.json", "broken.json");

    Batch batch = awaitRead(1).get(0);

    assertThat(intake.entries(batch))
        .extracting(JournalEntry::name)
        .containsExactly("good one", "good two");
    assertThat(batch.errorMessage()).contains("line 4, column 3");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(intake.names("inbox")).containsExactly("broken.json.refused"));
    assertThat(intake.archived()).contains("The rest could not be read").doesNotContain("hush");
  }

  @Test
  void other_files_partial_files_and_links_are_left_alone() throws Exception {
    intake.start();
    for (String name : List.of("a.csv.part", "b.csv.tmp", ".c.csv", "d.txt", "e.xlsx")) {
      intake.drop(name, "name\nx\n");
    }
    Path outside = Files.writeString(folder.resolve("outside.csv"), "name,password\nx,hush\n");
    Files.createSymbolicLink(intake.inbox().resolve("link.csv"), outside);
    intake.dropFixture("three.csv", "three.csv");

    awaitRead(1);

    assertThat(intake.allBatches()).extracting(Batch::name).containsExactly("three.csv");
    assertThat(intake.names("inbox"))
        .contains(".c.csv", "a.csv.part", "b.csv.tmp", "d.txt", "e.xlsx", "link.csv");
    assertThat(outside).exists();
  }

  @Test
  void a_file_that_still_grows_is_not_touched_and_a_done_marker_ends_the_waiting()
      throws Exception {
    intake.set("intake.file.minimum-age", "1h").start();
    intake.dropFixture("three.csv", "growing.csv");
    intake.dropFixture("three.csv", "ready.csv");
    Files.createFile(intake.inbox().resolve("ready.csv.done"));

    awaitRead(1);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(intake.names("inbox")).containsExactly("growing.csv"));
    assertThat(intake.allBatches()).extracting(Batch::name).containsExactly("ready.csv");
  }

  @Test
  void another_file_of_the_same_name_is_another_batch() throws Exception {
    intake.start();
    intake.drop("c.csv", "name,username,password,serverUrl\na,u1,p1,https://ww3.autotask.net\n");
    awaitRead(1);
    intake.drop("c.csv", "name,username,password,serverUrl\nb,u2,p2,https://ww3.autotask.net\n");

    List<Batch> batches = awaitRead(2);

    assertThat(batches).extracting(Batch::name).containsExactly("c.csv", "c.csv");
    assertThat(batches)
        .extracting(Batch::resultName)
        .containsExactly("c", "c-" + batches.get(1).id());
    assertThat(intake.entries(batches.get(1))).extracting(JournalEntry::name).containsExactly("b");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(intake.names("archive")).hasSize(2));
  }

  @Test
  void the_same_content_again_makes_duplicates_and_an_edited_file_only_what_is_new()
      throws Exception {
    intake.start();
    String header = "name,username,password,serverUrl\n";
    String first = "a,u1,p1,https://ww3.autotask.net\n";
    intake.drop("c.csv", header + first);
    awaitRead(1);
    intake.drop("c.csv", header + first);
    awaitRead(2);
    intake.drop("c.csv", header + first + "b,u2,p2,https://ww3.autotask.net\n");

    List<Batch> batches = awaitRead(3);

    assertThat(intake.entries(batches.get(0)))
        .extracting(JournalEntry::status)
        .containsExactly(RequestStatus.WAITING);
    assertThat(intake.entries(batches.get(1)))
        .extracting(JournalEntry::status)
        .containsExactly(RequestStatus.DUPLICATE);
    assertThat(intake.entries(batches.get(2)))
        .extracting(JournalEntry::status)
        .containsExactly(RequestStatus.DUPLICATE, RequestStatus.WAITING);
  }

  private List<Batch> awaitRead(int count) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(intake.allBatches())
                    .hasSize(count)
                    .noneMatch(batch -> batch.status() == BatchStatus.READING));
    return intake.allBatches();
  }
}
