package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {

  private static final String DATA =
      "{\"instance\":{\"id\":7001,\"name\":\"Müller\"},\"autotask\":{\"zoneName\":\"EU\"}}";

  private final ObjectMapper json = new ObjectMapper();
  private final Envelope envelope = new Envelope("urn:example:one");
  private final StoredEvent event =
      new StoredEvent(
          42, InstanceEvent.PROVISIONED, 7001, Instant.parse("2026-01-02T03:04:05Z"), DATA);

  @Test
  void the_cloud_events_sdk_reads_every_attribute() throws Exception {
    CloudEvent read = new JsonFormat().deserialize(envelope.write(event, Optional.empty()));

    assertThat(read.getSpecVersion().toString()).isEqualTo("1.0");
    assertThat(read.getId()).isEqualTo("evt_42");
    assertThat(read.getSource()).isEqualTo(URI.create("urn:example:one"));
    assertThat(read.getType()).isEqualTo("autotask.instance.provisioned");
    assertThat(read.getSubject()).isEqualTo("instances/7001");
    assertThat(read.getTime().toInstant()).isEqualTo(event.occurredAt());
    assertThat(read.getDataContentType()).isEqualTo("application/json");
    assertThat(json.readTree(read.getData().toBytes())).isEqualTo(json.readTree(DATA));
  }

  @Test
  void a_token_is_put_into_the_instance_and_nothing_else_changes() throws Exception {
    JsonNode with = json.readTree(envelope.write(event, Optional.of("secret-token")));
    JsonNode without = json.readTree(envelope.write(event, Optional.empty()));

    assertThat(with.at("/data/instance/token").asText()).isEqualTo("secret-token");
    ((ObjectNode) with.at("/data/instance")).remove("token");
    assertThat(with).isEqualTo(without);
  }

  @Test
  void every_attempt_has_the_same_bytes() {
    assertThat(envelope.write(event, Optional.empty()))
        .isEqualTo(envelope.write(event, Optional.empty()))
        .asString(StandardCharsets.UTF_8)
        .contains("Müller");
  }
}
