package io.autotaskprovisioner.queue;

import static io.autotaskprovisioner.queue.ProgramOnQueue.INVALID;
import static io.autotaskprovisioner.queue.ProgramOnQueue.REQUESTS;
import static io.autotaskprovisioner.queue.ProgramOnQueue.RESULTS;
import static io.autotaskprovisioner.queue.ProgramOnQueue.body;
import static io.autotaskprovisioner.queue.ProgramOnQueue.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.RunningApplication;
import io.autotaskprovisioner.support.WebhookReceiver;
import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The queue door of the whole application against a broker that another process could run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class QueueDoorSuite {

  private BrokerLogin login;
  private EmbeddedBroker broker;
  RunningApplication application;
  ProgramOnQueue program;

  /** Protocol between the application and the broker: tcp or amqp; null for its embedded broker. */
  abstract String applicationProtocol();

  abstract boolean transacted();

  /** Protocol of the other program. */
  abstract String programProtocol();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("queue.enabled", "true");
    settings.put("queue.transacted", Boolean.toString(transacted()));
    settings.put("queue.message-limit", "100000");
    settings.put("provisioning.retry.first-delay", "100ms");
    if (applicationProtocol() != null) {
      QueueSettings ofBroker =
          new QueueSettings(
              true, null, null, null, 0, REQUESTS, RESULTS, INVALID, true, 10_000_000);
      login = BrokerLogin.of(ofBroker, folder);
      broker = new EmbeddedBroker(ofBroker, login, folder.resolve("broker"));
      broker.start();
      settings.put("queue.broker-url", applicationProtocol() + "://127.0.0.1:" + broker.port());
      settings.put("queue.user", login.user());
      settings.put("queue.password", login.password());
    }
    application = RunningApplication.start(folder, settings);
    if (applicationProtocol() == null) {
      broker = application.context().getRegistry().findSingleByType(EmbeddedBroker.class);
      login =
          BrokerLogin.of(
              QueueSettings.of(new io.autotaskprovisioner.setting.Settings(application.context())),
              folder.resolve("data"));
      org.awaitility.Awaitility.await().ignoreExceptions().until(() -> broker.port() > 0);
    }
    program = new ProgramOnQueue(programProtocol(), broker.port(), login);
    // One accepted login, so that a test's rejected ones do not make the integration code suspect.
    program.send(request(null, 1));
    assertThat(body(program.next(RESULTS)).path("outcome").asText()).isEqualTo("SUCCEEDED");
  }

  @AfterAll
  void stop() throws Exception {
    program.close();
    application.close();
    if (applicationProtocol() != null) {
      broker.stop();
    }
  }

  @Test
  void a_request_becomes_an_instance_and_the_reply_says_so() throws Exception {
    String messageId = program.send(request("order-1", 10));

    Message reply = program.next(RESULTS);

    assertThat(reply.getJMSCorrelationID()).isEqualTo(messageId);
    assertThat(reply.getStringProperty("outcome")).isEqualTo("SUCCEEDED");
    assertThat(reply.getJMSExpiration()).isZero();
    JsonNode body = body(reply);
    assertThat(body.path("requestId").asText()).isEqualTo("order-1");
    assertThat(body.at("/instance/name").asText()).isEqualTo("Customer 10");
    assertThat(body.path("instance").has("token")).isFalse();
    assertThat(body.toString()).doesNotContain("secret-10");
    long id = body.at("/instance/id").asLong();
    assertThat(application.get("/elements/api-v2/instances/" + id).statusCode()).isEqualTo(200);
    assertThat(program.rest(RESULTS)).isEmpty();
  }

  @Test
  void each_record_of_an_array_has_one_reply_with_the_correlation_id_and_failures_too()
      throws Exception {
    String array =
        "[%s,%s,17,{\"requestId\":\"a-4\",\"name\":5}]"
            .formatted(request("a-1", 20), request("a-2", 21, "mistyped"));
    program.send(array, message -> message.setJMSCorrelationID("array-1"));

    Map<String, JsonNode> replies = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      Message reply = program.next(RESULTS);
      assertThat(reply.getJMSCorrelationID()).isEqualTo("array-1");
      assertThat(reply.getStringProperty("outcome"))
          .isEqualTo(body(reply).path("outcome").asText());
      replies.put(body(reply).path("requestId").asText(), body(reply));
    }

    assertThat(program.rest(RESULTS)).isEmpty();
    assertThat(replies).hasSize(4).containsKeys("a-1", "a-2");
    assertThat(replies.get("a-1").path("outcome").asText()).isEqualTo("SUCCEEDED");
    assertThat(replies.get("a-2").path("failureClass").asText()).isEqualTo("REJECTED_CREDENTIALS");
    assertThat(replies.get("a-2").toString()).doesNotContain("mistyped");
    assertThat(replies.values().stream().map(r -> r.path("failureClass").asText("-")))
        .containsExactlyInAnyOrder(
            "-", "REJECTED_CREDENTIALS", "INVALID_REQUEST", "INVALID_REQUEST");
  }

  @Test
  void the_reply_goes_where_the_message_asks() throws Exception {
    program.send(
        request("reply-1", 30), message -> message.setJMSReplyTo(program.queue("back.office")));

    assertThat(body(program.next("back.office")).path("requestId").asText()).isEqualTo("reply-1");
    assertThat(program.rest(RESULTS)).isEmpty();
  }

  @Test
  void the_reply_reaches_a_temporary_queue() throws Exception {
    var mine = program.context().createTemporaryQueue();
    program.send(request("reply-2", 31), message -> message.setJMSReplyTo(mine));

    assertThat(body(program.next(mine)).path("requestId").asText()).isEqualTo("reply-2");
  }

  @Test
  void a_reply_cannot_be_made_a_request() throws Exception {
    program.send(request("reply-3", 32), message -> message.setJMSReplyTo(program.queue(REQUESTS)));

    assertThat(body(program.next(RESULTS)).path("requestId").asText()).isEqualTo("reply-3");
    assertThat(program.rest(RESULTS)).isEmpty();
  }

  @Test
  void a_name_that_no_reply_can_go_to_counts_as_none() throws Exception {
    for (String name : List.of("::x", "provisioning::" + REQUESTS, "nul\0nul", "line\nline")) {
      program.send(
          request("unnamed-" + name.length(), 37),
          message -> message.setJMSReplyTo(program.queue(name)));

      assertThat(body(program.next(RESULTS)).path("requestId").asText())
          .isEqualTo("unnamed-" + name.length());
    }
  }

  @Test
  void a_time_to_live_is_not_inherited_by_the_reply() throws Exception {
    program
        .context()
        .createProducer()
        .setTimeToLive(60_000)
        .send(program.queue(REQUESTS), request("ttl-1", 33));

    Message reply = program.next(RESULTS);

    assertThat(body(reply).path("outcome").asText()).isEqualTo("SUCCEEDED");
    assertThat(reply.getJMSExpiration()).isZero();
  }

  @Test
  void bytes_are_read_as_utf_8() throws Exception {
    BytesMessage message = program.context().createBytesMessage();
    message.writeBytes(
        request("bytes-1", 34).replace("Customer 34", "Müller").getBytes(StandardCharsets.UTF_8));
    program.send(message);

    assertThat(body(program.next(RESULTS)).at("/instance/name").asText()).isEqualTo("Müller");
  }

  @Test
  void a_repeat_by_the_sender_has_a_reply_that_names_the_instance() throws Exception {
    program.send(request("again-1", 35));
    JsonNode first = body(program.next(RESULTS));
    program.send(request("again-1", 35));
    JsonNode second = body(program.next(RESULTS));

    assertThat(second.path("outcome").asText()).isEqualTo("DUPLICATE");
    assertThat(second.at("/instance/id")).isEqualTo(first.at("/instance/id"));
  }

  @Test
  void what_cannot_be_read_is_set_aside_with_the_reason_and_harms_no_neighbour() throws Exception {
    program.send("this is no JSON", message -> message.setStringProperty("customer", "42"));
    program.send(request("neighbour-1", 36));
    program.send("[{\"name\":\"cut off\"");
    program.send("");
    program.send("[]");

    assertThat(body(program.next(RESULTS)).path("requestId").asText()).isEqualTo("neighbour-1");
    List<Message> invalid =
        List.of(
            program.next(INVALID),
            program.next(INVALID),
            program.next(INVALID),
            program.next(INVALID));
    assertThat(program.rest(INVALID)).isEmpty();
    assertThat(program.rest(RESULTS)).isEmpty();
    for (Message message : invalid) {
      assertThat(message.getStringProperty("invalidReason"))
          .isNotBlank()
          .doesNotContain("\tat ", "Exception", "cut off");
      assertThat(message.getStringProperty("originalMessageId")).isNotBlank();
    }
    Message first =
        invalid.stream().filter(m -> text(m).equals("this is no JSON")).findFirst().orElseThrow();
    assertThat(first.getStringProperty("customer")).isEqualTo("42");
    assertThat(invalid).extracting(QueueDoorSuite::text).contains("[{\"name\":\"cut off\"", "[]");
  }

  @Test
  void other_kinds_of_messages_are_set_aside_unopened() throws Exception {
    ObjectMessage object = program.context().createObjectMessage(new HashMap<>(Map.of("a", "b")));
    program.send(object);
    var map = program.context().createMapMessage();
    map.setString("name", "a map");
    program.send(map);
    BytesMessage latin = program.context().createBytesMessage();
    latin.writeBytes(new byte[] {'"', (byte) 0xFC, '"'});
    program.send(latin);

    List<String> reasons =
        List.of(
            program.next(INVALID).getStringProperty("invalidReason"),
            program.next(INVALID).getStringProperty("invalidReason"),
            program.next(INVALID).getStringProperty("invalidReason"));
    assertThat(reasons).filteredOn(reason -> reason.contains("neither text nor bytes")).hasSize(2);
    assertThat(reasons).anyMatch(reason -> reason.contains("UTF-8"));
  }

  @Test
  void properties_that_look_like_camels_headers_steer_nothing() throws Exception {
    for (String name :
        List.of(
            "CamelHttpUri",
            "cAmelHttpUri",
            "CAMELHTTPURI",
            "camelhttppath",
            "CamelJmsDestinationName",
            "cAMELJmsDestinationName",
            "CamelBeanMethodName",
            "cAmelBeanMethodName",
            "CamelFileName",
            "org_DOT_apache_DOT_camel_DOT_header",
            "Camel_DOT_http")) {
      program.send(
          request("hole-" + name, 40),
          message -> message.setStringProperty(name, "http://127.0.0.1:1/{{env:HOME}}"));
      JsonNode reply = body(program.next(RESULTS));
      assertThat(reply.path("requestId").asText()).isEqualTo("hole-" + name);
      assertThat(reply.path("outcome").asText()).as(name).isEqualTo("SUCCEEDED");
    }
  }

  @Test
  void a_route_of_ones_own_is_not_steered_either() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver()) {
      String target = receiver.url("/meant");
      application
          .context()
          .addRoutes(
              new RouteBuilder() {
                @Override
                public void configure() {
                  from("jms:queue:holes?disableReplyTo=true").routeId("holes").to(target);
                }
              });
      for (String name :
          List.of("cAmelHttpUri", "CAMELHTTPPATH", "CamelHttpUri", "camelHttpRawQuery")) {
        var message = program.context().createTextMessage("{}");
        message.setStringProperty(name, receiver.url("/stolen?home={{env:HOME}}"));
        program.context().createProducer().send(program.queue("holes"), message);
      }
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(20))
          .until(() -> receiver.received().size() == 4);
      assertThat(receiver.received())
          .extracting(WebhookReceiver.Received::path)
          .containsOnly("/meant");
    } finally {
      application.context().getRouteController().stopRoute("holes");
      application.context().removeRoute("holes");
    }
  }

  private static String text(Message message) {
    try {
      return message instanceof TextMessage text ? String.valueOf(text.getText()) : "";
    } catch (jakarta.jms.JMSException e) {
      throw new AssertionError(e);
    }
  }
}
