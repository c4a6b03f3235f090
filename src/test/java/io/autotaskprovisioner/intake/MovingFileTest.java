package io.autotaskprovisioner.intake;

import static io.autotaskprovisioner.RunningApplication.customers;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.support.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that vanish or change under the hands of the whole application. */
class MovingFileTest {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Does something to the file at one moment of its way, in the thread that reads it, once. */
  private static final class Meddler extends EventNotifierSupport {

    /** What may fail. */
    @FunctionalInterface
    private interface Deed {
      void run() throws Exception;
    }

    private final Predicate<CamelEvent> moment;
    private final String name;
    private final Deed deed;
    private final AtomicInteger times = new AtomicInteger();

    Meddler(Predicate<CamelEvent> moment, String name, Deed deed) {
      this.moment = moment;
      this.name = name;
      this.deed = deed;
    }

    @Override
    public void notify(CamelEvent event) throws Exception {
      if (moment.test(event)) {
        Exchange exchange = ((CamelEvent.ExchangeEvent) event).getExchange();
        if (name.equals(exchange.getMessage().getHeader(Exchange.FILE_NAME))
            && times.getAndIncrement() == 0) {
          deed.run();
        }
      }
    }
  }

  @TempDir static Path folder;
  private static RunningApplication application;
  private Meddler meddler;

  @BeforeAll
  static void start() throws Exception {
    application = RunningApplication.start(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @AfterEach
  void leaveAlone() {
    application.context().getManagementStrategy().removeEventNotifier(meddler);
  }

  /** The file is open, and its first records are on their way to the journal. */
  private static boolean isFirstChunk(CamelEvent event) {
    return event instanceof ExchangeSendingEvent sending
        && sending.getEndpoint().getEndpointUri().contains("accept-requests");
  }

  private void meddle(Predicate<CamelEvent> moment, String name, Meddler.Deed deed)
      throws Exception {
    meddler = new Meddler(moment, name, deed);
    meddler.start();
    application.context().getCamelContextExtension().setEventNotificationApplicable(true);
    application.context().getManagementStrategy().addEventNotifier(meddler);
  }

  @Test
  void a_file_that_vanishes_before_it_is_opened_leaves_one_line_and_no_batch() throws Exception {
    Path file = application.inbox().resolve("withdrawn.csv");
    meddle(ExchangeCreatedEvent.class::isInstance, "withdrawn.csv", () -> Files.delete(file));
    try (LogLines log = LogLines.ofAll()) {
      application.drop("withdrawn.csv", customers(1));
      await().atMost(PATIENCE).until(() -> !lines(log, file).isEmpty());
      // One that comes after it shows that the folder is read on.
      application.drop("after-withdrawn.csv", customers(2));
      assertThat(application.awaitFinished("after-withdrawn").path("succeeded").asInt())
          .isEqualTo(1);

      assertThat(lines(log, file))
          .singleElement()
          .asString()
          .contains("vanished before it was opened");
      assertThat(log.warnings()).isEmpty();
    }
    assertThat(batches("withdrawn.csv")).isEmpty();
  }

  @Test
  void a_file_that_vanishes_while_it_is_read_leaves_one_line_and_what_was_read_is_provisioned()
      throws Exception {
    Path file = application.inbox().resolve("snatched.csv");
    meddle(MovingFileTest::isFirstChunk, "snatched.csv", () -> Files.delete(file));
    try (LogLines log = LogLines.ofAll()) {
      application.drop("snatched.csv", customers(11, 12));
      await().atMost(PATIENCE).until(() -> !lines(log, file).isEmpty());
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(batches("snatched.csv"))
                      .singleElement()
                      .matches(batch -> batch.path("succeeded").asInt() == 2));
      application.drop("after-snatched.csv", customers(13));
      assertThat(application.awaitFinished("after-snatched").path("succeeded").asInt())
          .isEqualTo(1);

      assertThat(lines(log, file)).singleElement().asString().contains("vanished");
      assertThat(log.warnings()).isEmpty();
    }
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void a_file_that_changes_while_it_is_read_is_read_again_and_makes_no_instance_twice()
      throws Exception {
    Path file = application.inbox().resolve("edited.csv");
    meddle(
        MovingFileTest::isFirstChunk,
        "edited.csv",
        () -> Files.writeString(file, customers(21, 22, 23)));
    try (LogLines log = LogLines.ofAll()) {
      application.drop("edited.csv", customers(21, 22));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(batches("edited.csv"))
                      .hasSize(2)
                      .allMatch(batch -> batch.path("status").asText().equals("FINISHED")));

      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains(file.toString(), "was changed while it was read");
    }
    List<JsonNode> batches = batches("edited.csv");
    assertThat(batches.get(0).path("error").asText()).contains("was changed while it was read");
    assertThat(batches.get(0).path("succeeded").asInt()).isEqualTo(2);
    assertThat(batches.get(1).path("error").isNull()).isTrue();
    assertThat(batches.get(1).path("duplicate").asInt()).isEqualTo(2);
    assertThat(batches.get(1).path("succeeded").asInt()).isEqualTo(1);
    assertThat(Files.exists(file)).isFalse();
  }

  private static List<String> lines(LogLines log, Path file) {
    return log.all().stream().filter(line -> line.contains(file.toString())).toList();
  }

  private static List<JsonNode> batches(String name) throws Exception {
    List<JsonNode> batches = new ArrayList<>();
    for (JsonNode batch : json(application.get("/batches"))) {
      if (batch.path("name").asText().equals(name)) {
        batches.add(batch);
      }
    }
    return batches;
  }
}
