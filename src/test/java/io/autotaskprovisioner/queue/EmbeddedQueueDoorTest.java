package io.autotaskprovisioner.queue;

import static io.autotaskprovisioner.queue.ProgramOnQueue.INVALID;
import static io.autotaskprovisioner.queue.ProgramOnQueue.RESULTS;
import static io.autotaskprovisioner.queue.ProgramOnQueue.body;
import static io.autotaskprovisioner.queue.ProgramOnQueue.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.storage.Database;
import jakarta.jms.Message;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.junit.jupiter.api.Test;

/** The embedded broker, used by core protocol. */
class EmbeddedQueueDoorTest extends QueueDoorSuite {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  String applicationProtocol() {
    return null;
  }

  @Override
  boolean transacted() {
    return true;
  }

  @Override
  String programProtocol() {
    return "tcp";
  }

  @Test
  void a_reply_that_the_broker_has_no_name_for_keeps_no_other_waiting() throws Exception {
    program.send(
        request("stuck-1", 50)
            .replaceFirst(
                "\\{", "{\"notBefore\":\"%s\",".formatted(Instant.now().plusSeconds(3600))),
        message -> message.setJMSReplyTo(program.queue("soon.unnameable")));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                update(
                        "update queue_reply set destination = '::x'"
                            + " where destination = 'soon.unnameable'")
                    == 1);
    update(
        "update provisioning_request set next_attempt_at = current_timestamp"
            + " where request_id = 'stuck-1'");

    await()
        .atMost(PATIENCE)
        .until(() -> number("select attempts from queue_reply where destination = '::x'") > 0);
    program.send(request("beside-1", 51));

    assertThat(body(program.next(RESULTS)).path("requestId").asText()).isEqualTo("beside-1");
    // Its waits, half a minute together, are over at once.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              update(
                  "update queue_reply set due_at = current_timestamp"
                      + " where destination = '::x' and due_at is not null");
              return number(
                      "select count(*) from queue_reply where destination = '::x' and sent_at is not null")
                  == 1;
            });
    assertThat(body(program.next(RESULTS)).path("requestId").asText())
        .as("given up for the queue of results")
        .isEqualTo("stuck-1");
  }

  @Test
  void what_the_database_refuses_is_set_aside_with_the_reason() throws Exception {
    update(
        "alter table queue_reply add constraint refused check (destination <> 'refused.by.data')");
    try {
      String id =
          program.send(
              request("refused-1", 52),
              message -> message.setJMSReplyTo(program.queue("refused.by.data")));
      program.send(request("beside-2", 53));

      assertThat(body(program.next(RESULTS)).path("requestId").asText()).isEqualTo("beside-2");
      Message invalid = program.next(INVALID);
      assertThat(invalid.getStringProperty("originalMessageId")).isEqualTo(id);
      assertThat(invalid.getStringProperty("invalidReason")).contains("The database refused");
      assertThat(body(invalid).path("requestId").asText()).isEqualTo("refused-1");
    } finally {
      update("alter table queue_reply drop constraint refused");
    }
  }

  @Test
  void properties_that_jms_does_not_allow_do_not_bring_a_message_back() throws Exception {
    String id =
        program.send(
            "no JSON either",
            message -> {
              var core = ((ActiveMQMessage) message).getCoreMessage();
              core.putStringProperty("", "x");
              core.putStringProperty("my-property", "y");
              core.putStringProperty("NULL", "z");
              message.setStringProperty("customer", "43");
            });

    Message invalid = program.next(INVALID);

    assertThat(invalid.getStringProperty("originalMessageId")).isEqualTo(id);
    assertThat(invalid.getBody(String.class)).isEqualTo("no JSON either");
    assertThat(invalid.getStringProperty("customer")).isEqualTo("43");
    assertThat(program.rest(INVALID)).isEmpty();
  }

  private int update(String sql) {
    return database()
        .transaction(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return statement.executeUpdate();
              }
            });
  }

  private long number(String sql) {
    return database()
        .transaction(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(sql);
                  ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
              }
            });
  }

  private Database database() {
    return application.context().getRegistry().findSingleByType(Database.class);
  }
}
