package io.autotaskprovisioner.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The control of every figure of the fault suite: a sound end is found sound, and each harm that is
 * done to it is found.
 */
class VerdictTest {

  private static final String ANSWERED = "Call 1";
  private static final String REFUSED = "Call 49";
  private static final String MESSAGE = "Message 2";
  private static final String ROW = "Row 3";
  private static final String FAILED_ROW = "Row 99";
  private static final String FILE = "a.csv";
  private static final Settling SETTLING = new Settling(Duration.ZERO, Duration.ZERO);

  @TempDir Path results;

  private final History history = new History();
  private final Map<String, List<Long>> instances = new LinkedHashMap<>();
  private final Map<String, String> failures = new HashMap<>();
  private final Map<String, Integer> replies = new HashMap<>();
  private final Map<String, Integer> logins = new HashMap<>();
  private final Map<String, Map<Long, List<String>>> events = new LinkedHashMap<>();
  private int count = 3;
  private long undelivered;
  private boolean loginsIncomplete;

  @BeforeEach
  void endWell() throws IOException {
    history.answered(ANSWERED, 11);
    history.refused(REFUSED, 401);
    history.accepted(MESSAGE);
    history.sending("m-1");
    history.accepted(ROW);
    history.accepted(FAILED_ROW);
    history.file(FILE, 2);
    instances.put(ANSWERED, List.of(11L));
    instances.put(MESSAGE, List.of(12L));
    instances.put(ROW, List.of(13L));
    failures.put(FAILED_ROW, "REJECTED_CREDENTIALS");
    replies.put("m-1", 1);
    for (int customer : List.of(1, 2, 3)) {
      logins.put(Customer.userName(customer), 1);
    }
    for (String destination : List.of("receiver", "ledger")) {
      Map<Long, List<String>> told = new HashMap<>();
      for (long id = 11; id <= 13; id++) {
        told.put(id, new ArrayList<>(List.of("event-" + id)));
      }
      events.put(destination, told);
    }
    writeResults("FINISHED", 1, 1, 1, 1);
  }

  private void writeResults(String status, int succeeded, int failed, int lines, int rows)
      throws IOException {
    Files.writeString(
        results.resolve("a.summary.json"),
        """
        {"name": "%s", "status": "%s", "succeeded": %d, "failed": %d,
         "resultFiles": ["a.succeeded.ndjson", "a.failed.csv"]}
        """
            .formatted(FILE, status, succeeded, failed));
    Files.writeString(results.resolve("a.succeeded.ndjson"), "{}\n".repeat(lines));
    Files.writeString(results.resolve("a.failed.csv"), "header\n" + "row\n".repeat(rows));
  }

  private Figures verdict() throws IOException {
    Map<String, SeenEvents> arrived = new LinkedHashMap<>();
    events.forEach(
        (destination, told) -> {
          SeenEvents seen = new SeenEvents();
          told.forEach((id, eventIds) -> eventIds.forEach(eventId -> seen.add(id, eventId)));
          arrived.put(destination, seen);
        });
    Evidence evidence =
        new Evidence(
            instances,
            count,
            failures,
            arrived,
            undelivered,
            replies,
            user -> logins.getOrDefault(user, 0),
            loginsIncomplete,
            results);
    return new Verdict(evidence, history).on("none", 0, SETTLING);
  }

  private void assertFound(String problem, Consumer<Figures> figures) throws IOException {
    Figures verdict = verdict();
    assertThat(verdict.problems()).anySatisfy(found -> assertThat(found).contains(problem));
    figures.accept(verdict);
  }

  @Test
  void a_sound_end_is_found_sound() throws IOException {
    Figures figures = verdict();

    assertThat(figures.problems()).isEmpty();
    assertThat(figures)
        .extracting(
            Figures::acknowledged,
            Figures::instances,
            Figures::failed,
            Figures::lost,
            Figures::doubled,
            Figures::events,
            Figures::arrivals,
            Figures::messages,
            Figures::replies,
            Figures::batches)
        .containsExactly(5, 3, 2, 0, 0, 6L, 6L, 1, 1, 1);
  }

  @Test
  void a_lost_request_is_found() throws IOException {
    instances.remove(ROW);
    count = 2;

    assertFound("Row 3 is lost", figures -> assertThat(figures.lost()).isEqualTo(1));
  }

  @Test
  void a_failure_that_nobody_can_see_is_found() throws IOException {
    failures.clear();

    assertFound("Row 99 is lost", figures -> assertThat(figures.lost()).isEqualTo(1));
  }

  @Test
  void a_failure_of_a_right_login_is_found() throws IOException {
    instances.remove(MESSAGE);
    count = 2;
    failures.put(MESSAGE, "UNREACHABLE");

    assertFound("Message 2 failed as UNREACHABLE", figures -> {});
  }

  @Test
  void a_request_that_became_two_instances_is_found() throws IOException {
    instances.put(MESSAGE, List.of(12L, 14L));
    count = 4;

    assertFound("Message 2 has the instances", f -> assertThat(f.doubled()).isEqualTo(1));
  }

  @Test
  void two_instances_of_what_was_never_acknowledged_are_found() throws IOException {
    instances.put("Call 7", List.of(17L, 18L));
    count = 5;

    assertFound("Call 7, never acknowledged", f -> assertThat(f.doubled()).isEqualTo(1));
  }

  @Test
  void an_answer_that_named_another_instance_is_found() throws IOException {
    instances.put(ANSWERED, List.of(15L));
    events.values().forEach(told -> told.put(15L, List.of("event-15")));
    assertFound("Call 1 was answered 11 and is [15]", f -> assertThat(f.doubled()).isEqualTo(1));
  }

  @Test
  void an_instance_that_autotask_never_accepted_is_found() throws IOException {
    logins.remove(Customer.userName(2));
    assertFound("Message 2 has an instance that Autotask never accepted", figures -> {});

    loginsIncomplete = true;
    assertThat(verdict().problems()).isEmpty();
  }

  @Test
  void an_instance_of_a_login_that_is_wrong_is_found() throws IOException {
    instances.put(FAILED_ROW, List.of(16L));
    count = 4;

    assertFound("Row 99 has an instance that Autotask never accepted", figures -> {});
  }

  @Test
  void an_event_that_did_not_arrive_is_found_unless_it_is_to_be_seen() throws IOException {
    events.get("ledger").remove(12L);
    assertFound("1 of 6 events are missing, 0 are to be seen", figures -> {});

    undelivered = 1;
    assertThat(verdict().problems()).isEmpty();
  }

  @Test
  void an_event_told_under_two_ids_is_found_and_makes_up_for_no_other() throws IOException {
    events.get("ledger").get(12L).add("event-12-again");
    assertFound("ledger was told Message 2 as", f -> assertThat(f.doubled()).isEqualTo(1));

    events.get("ledger").remove(13L);
    assertFound("1 of 6 events are missing", figures -> {});
  }

  @Test
  void an_event_that_arrives_twice_is_at_least_once_and_no_problem() throws IOException {
    events.get("receiver").get(11L).add("event-11");

    assertThat(verdict().problems()).isEmpty();
  }

  @Test
  void a_reply_too_few_or_too_many_is_found() throws IOException {
    replies.clear();
    assertFound("m-1 was sent 1 times and replied to 0 times", figures -> {});

    replies.put("m-1", 2);
    assertFound("m-1 was sent 1 times and replied to 2 times", figures -> {});

    history.sending("m-1");
    assertThat(verdict().problems()).isEmpty();
  }

  @Test
  void a_file_without_whole_results_is_found() throws IOException {
    writeResults("FINISHED", 1, 1, 0, 1);
    assertFound("a.csv of 2 rows ended as", figures -> assertThat(figures.batches()).isZero());
    writeResults("FINISHED", 1, 1, 1, 0);
    assertFound("a.csv of 2 rows ended as", figures -> {});
    writeResults("FINISHED", 1, 0, 1, 0);
    assertFound("a.csv of 2 rows ended as", figures -> {});
    writeResults("RUNNING", 1, 1, 1, 1);
    assertFound("a.csv of 2 rows ended as", figures -> {});

    Files.delete(results.resolve("a.summary.json"));
    assertFound("a.csv has no summary", figures -> {});
  }

  @Test
  void a_file_that_became_two_batches_is_found() throws IOException {
    Files.copy(results.resolve("a.summary.json"), results.resolve("a-2.summary.json"));

    assertFound("a.csv became two batches", figures -> {});
  }

  @Test
  void a_count_that_differs_from_the_list_is_found() throws IOException {
    count = 4;

    assertFound("4 instances are counted, 3 listed", figures -> {});
  }
}
