package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code delivery.<name>.table}: events become rows of a database of the user's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TableDestinationSuite {

  /** As the README prints it. */
  private static final String DDL =
      """
      create table %s (
        event_id varchar(64) primary key,
        event_type varchar(100) not null,
        instance_id bigint not null,
        occurred_at timestamp with time zone not null,
        envelope text not null
      )
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TestDatabase outbox;

  /** JDBC URL of an empty database of the user's. */
  abstract String url();

  abstract String user();

  abstract String password();

  /** The program's own database, of the same product. */
  abstract TestDatabase outbox();

  @BeforeAll
  void open() {
    outbox = outbox();
  }

  @AfterAll
  void close() {
    outbox.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    outbox.clear();
    execute("drop table if exists autotask_events");
  }

  private Connection connection() throws SQLException {
    return DriverManager.getConnection(url(), user(), password());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private record Row(
      String eventId, String type, long instanceId, OffsetDateTime occurredAt, JsonNode envelope) {}

  private List<Row> rows(String table) throws Exception {
    List<Row> found = new ArrayList<>();
    try (Connection connection = connection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from " + table + " order by event_id")) {
      while (rows.next()) {
        found.add(
            new Row(
                rows.getString("event_id"),
                rows.getString("event_type"),
                rows.getLong("instance_id"),
                rows.getObject("occurred_at", OffsetDateTime.class),
                JSON.readTree(rows.getString("envelope"))));
      }
    }
    return found;
  }

  private RunningDeliveries deliveries(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "delivery.report.table", "autotask_events",
                "delivery.report.url", url(),
                "delivery.report.user", user(),
                "delivery.report.password", password()));
    settings.addAll(List.of(more));
    return new RunningDeliveries(outbox.database(), settings.toArray(String[]::new));
  }

  private static void awaitDelivered(RunningDeliveries running) {
    await()
        .untilAsserted(
            () ->
                assertThat(running.to("report"))
                    .isNotEmpty()
                    .allSatisfy(
                        entry ->
                            assertThat(entry.status())
                                .as("%s", entry)
                                .isEqualTo(DeliveryStatus.DELIVERED)));
  }

  @Test
  void an_event_becomes_one_row_however_often_it_is_delivered() throws Exception {
    execute(DDL.formatted("autotask_events"));
    try (RunningDeliveries running =
        deliveries("delivery.report.include-token", "true", "delivery.lease", "3s").start()) {
      String first = running.record();
      String second = running.record();
      awaitDelivered(running);
      running.redeliver(running.to("report").get(0));
      awaitDelivered(running);
      // What a process leaves behind that was killed between the row and the outcome.
      outbox.execute(
          """
          update delivery set status = 'SENDING', attempts = 0, finished_at = null, lease_id = 1,
            lease_until = current_timestamp - interval '1' second
          """);
      await()
          .untilAsserted(
              () ->
                  assertThat(running.to("report"))
                      .allMatch(entry -> entry.status() == DeliveryStatus.DELIVERED)
                      .allMatch(entry -> entry.attempts() == 1));

      List<Row> rows = rows("autotask_events");
      assertThat(rows).extracting(Row::eventId).containsExactly(first, second);
      Row row = rows.get(0);
      assertThat(row.type()).isEqualTo(InstanceEvent.PROVISIONED);
      assertThat(row.instanceId()).isEqualTo(8000);
      assertThat(row.occurredAt().toInstant().toString())
          .isEqualTo(row.envelope().path("time").asText());
      assertThat(row.envelope().at("/data/instance/name").asText()).isEqualTo("Müller & Söhne");
      assertThat(row.envelope().at("/data/instance/token").asText())
          .isEqualTo(RunningDeliveries.TOKEN);
      assertThat(running.deliveries().destinations())
          .singleElement()
          .matches(entry -> entry.target().startsWith("autotask_events in jdbc:"));
    }
  }

  @Test
  void without_a_url_the_table_lies_in_the_programs_own_database() throws Exception {
    outbox.execute("drop table if exists own_events", DDL.formatted("own_events"));
    try (RunningDeliveries running =
        new RunningDeliveries(outbox.database(), "delivery.report.table", "public.own_events")
            .start()) {
      running.record();
      awaitDelivered(running);
      assertThat(outbox.number("select count(*) from own_events")).isEqualTo(1);
    } finally {
      outbox.execute("drop table own_events");
    }
  }

  @Test
  void a_missing_table_is_told_and_tried_again() throws Exception {
    try (RunningDeliveries running =
        deliveries("delivery.retry.schedule", "100ms,100ms,100ms,500ms,1s,1s,1s,1h").start()) {
      running.record();
      await().untilAsserted(() -> assertThat(running.only("report").attempts()).isPositive());
      assertThat(running.only("report").lastError())
          .startsWith("The database refused (SQLState 42")
          .containsIgnoringCase("autotask_events");
      execute(DDL.formatted("autotask_events"));
      awaitDelivered(running);
    }
  }

  @Test
  void a_row_that_does_not_fit_is_told_without_its_values() throws Exception {
    execute(DDL.formatted("autotask_events").replace("varchar(100)", "varchar(5)"));
    try (RunningDeliveries running =
        deliveries("delivery.report.include-token", "true", "delivery.retry.schedule", "1h")
            .start()) {
      running.record();
      await().untilAsserted(() -> assertThat(running.only("report").attempts()).isEqualTo(1));
      assertThat(running.only("report").lastError())
          .isEqualTo("The row does not fit the table (SQLState 22001)");
    }
  }

  @Test
  void a_url_without_a_driver_stops_the_start_and_is_named() throws Exception {
    try (RunningDeliveries running =
        new RunningDeliveries(
            outbox.database(),
            "delivery.report.table",
            "autotask_events",
            "delivery.report.url",
            "jdbc:nosuch://host/db?password=geheim-47")) {
      assertThatThrownBy(running::start)
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("delivery.report.url")
          .hasMessageContaining("no JDBC driver for jdbc:nosuch")
          .hasMessageContaining("ext/")
          .hasMessageNotContaining("geheim-47");
    }
  }
}
