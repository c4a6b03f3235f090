package io.autotaskprovisioner.delivery;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Writes an event as CloudEvents 1.0 in the structured JSON format. Thread-safe.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON
 *     event format</a>
 */
final class Envelope {

  static final String MEDIA_TYPE = "application/cloudevents+json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String source;

  /**
   * @param source a URI reference that tells installations apart at one receiver
   */
  Envelope(String source) {
    this.source = source;
  }

  /**
   * The body of a post.
   *
   * @param token put in as {@code data.instance.token}; empty leaves the data as stored
   */
  byte[] write(StoredEvent event, Optional<String> token) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(event.dataJson().length() + 400);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("specversion", "1.0");
      json.writeStringField("id", event.messageId());
      json.writeStringField("source", source);
      json.writeStringField("type", event.type());
      json.writeStringField("subject", "instances/" + event.instanceId());
      json.writeStringField("time", DateTimeFormatter.ISO_INSTANT.format(event.occurredAt()));
      json.writeStringField("datacontenttype", "application/json");
      json.writeFieldName("data");
      if (token.isPresent()) {
        JSON.writeTree(json, withToken(event.dataJson(), token.get()));
      } else {
        json.writeRawValue(event.dataJson());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Event %d cannot be written".formatted(event.id()), e);
    }
    return out.toByteArray();
  }

  private static JsonNode withToken(String dataJson, String token) throws IOException {
    JsonNode data = JSON.readTree(dataJson);
    if (data.get("instance") instanceof ObjectNode instance) {
      instance.put("token", token);
    }
    return data;
  }
}
