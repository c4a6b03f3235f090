package io.autotaskprovisioner.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Makes instances with their JSON, sealed and hashed. Thread-safe. */
final class FloorTexts {

  private static final String MASK = "********";
  private static final String PASSWORD = "finance.autotask.password";
  private static final int NONCE = 12;

  private final AtomicLong ids = new AtomicLong(System.currentTimeMillis() * 1_000);
  private final SecureRandom random = new SecureRandom();
  private final byte[] key = new byte[32];
  private final ObjectMapper json;
  private final String element;
  private final long elementId;

  FloorTexts(ObjectMapper json) throws IOException {
    this.json = json;
    random.nextBytes(key);
    var finance = new ElementCatalogue(json).find(ElementCatalogue.DEFAULT_ELEMENT).orElseThrow();
    this.element = json.writeValueAsString(finance.descriptor());
    this.elementId = finance.id();
  }

  byte[] authorization() {
    return Customers.AUTHORIZATION.getBytes(StandardCharsets.UTF_8);
  }

  FloorInstance instance(JsonNode body, FloorZone zone, JsonNode usage, Instant now) {
    long id = ids.incrementAndGet();
    JsonNode given = body.path("configuration");
    byte[] tokenBytes = new byte[32];
    random.nextBytes(tokenBytes);
    String token = Base64.getEncoder().encodeToString(tokenBytes);
    try {
      String name = body.path("name").textValue();
      String tags = body.path("tags").toString();
      String configuration = masked(given);
      byte[] instance = instance(id, name, token, tags, configuration, now);
      byte[] untold = instance(id, name, null, tags, configuration, now);
      String event =
          """
          {"instance":%s,"autotask":{"userName":%s,"zoneName":"%s","zoneUrl":"%s","webUrl":"%s",\
          "databaseId":%d,"requestThreshold":%d,"thresholdTimeframeMinutes":%d,\
          "timeframeRequestCount":%d,"productVersion":null,"companyName":null,\
          "verifiedAt":"%s"}}"""
              .formatted(
                  new String(untold, StandardCharsets.UTF_8),
                  given.path("finance.autotask.username"),
                  zone.name(),
                  zone.url(),
                  zone.webUrl(),
                  zone.databaseId(),
                  usage.path("externalRequestThreshold").asInt(),
                  usage.path("requestThresholdTimeframe").asInt(),
                  usage.path("currentTimeframeRequestCount").asInt(),
                  DateTimeFormatter.ISO_INSTANT.format(now));
      return new FloorInstance(
          id,
          name,
          hash(tokenBytes),
          sealed(tokenBytes),
          given.path("finance.autotask.username").textValue(),
          given.path("finance.autotask.server.url").textValue(),
          sealed(given.path(PASSWORD).textValue().getBytes(StandardCharsets.UTF_8)),
          tags,
          configuration,
          zone,
          usage.path("externalRequestThreshold").asInt(),
          usage.path("requestThresholdTimeframe").asInt(),
          usage.path("currentTimeframeRequestCount").asInt(),
          now,
          instance,
          event);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String masked(JsonNode given) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.writeStartObject();
      for (var entry : given.properties()) {
        generator.writeStringField(
            entry.getKey(), entry.getKey().equals(PASSWORD) ? MASK : entry.getValue().asText());
      }
      generator.writeEndObject();
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private byte[] instance(
      long id, String name, String token, String tags, String configuration, Instant now)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4_096);
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeNumberField("id", id);
      generator.writeStringField("name", name);
      generator.writeStringField("createdDate", DateTimeFormatter.ISO_INSTANT.format(now));
      if (token != null) {
        generator.writeStringField("token", token);
      }
      generator.writeFieldName("element");
      generator.writeRawValue(element);
      generator.writeNumberField("elementId", elementId);
      generator.writeFieldName("tags");
      generator.writeRawValue(tags);
      generator.writeArrayFieldStart("provisionInteractions");
      generator.writeEndArray();
      generator.writeBooleanField("valid", true);
      generator.writeBooleanField("disabled", false);
      generator.writeNumberField("maxCacheSize", 0);
      generator.writeNumberField("cacheTimeToLive", 0);
      generator.writeFieldName("configuration");
      generator.writeRawValue(configuration);
      generator.writeBooleanField("eventsEnabled", false);
      generator.writeBooleanField("traceLoggingEnabled", false);
      generator.writeBooleanField("cachingEnabled", false);
      generator.writeStringField("externalAuthentication", "none");
      generator.writeObjectFieldStart("user");
      generator.writeNumberField("id", FloorStore.ACCOUNT);
      generator.writeEndObject();
      generator.writeEndObject();
    }
    return out.toByteArray();
  }

  private byte[] hash(byte[] token) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(token);
  }

  private byte[] sealed(byte[] plain) throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    byte[] sealed = new byte[NONCE + cipher.getOutputSize(plain.length)];
    System.arraycopy(nonce, 0, sealed, 0, NONCE);
    cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
    return sealed;
  }
}
