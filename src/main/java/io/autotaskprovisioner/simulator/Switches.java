package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How the simulator behaves; immutable, replaced as a whole while it runs. The component names are
 * the names of the JSON of {@code /simulator/settings} and of {@link Simulator#set}.
 *
 * @param integrationCodes accepted values of {@code ApiIntegrationCode}; empty: any value
 * @param wrongCodeAnswer {@code 401} (empty) or {@code 500} ("IntegrationCode is invalid"); sources
 *     disagree on which one the service gives
 * @param requireHeaders whether {@code UserName}, {@code Secret} and {@code ApiIntegrationCode}
 *     must all be there; otherwise {@code Authorization: Basic} may stand for the first two
 * @param basicOnlyAccepted whether {@code Authorization: Basic} needs no integration code beside it
 * @param lockoutAfter rejected secrets in a row that lock a user; 0: never
 * @param unlockAfterSeconds when a lock opens by itself; 0: only by an administrator
 * @param threadLimit calls under way at once per thread key; 0: no limit
 * @param threadScope {@code tenant}: one thread key per integration code, entity and tenant
 *     database; {@code code}: per integration code and entity, over all tenants
 * @param requestLimit external requests of a tenant in the rolling window; the one beyond it is
 *     refused; 0: never refused
 * @param requestWindowMinutes length of the rolling window, 1 to 60
 * @param requestLimitStatus status of a call over the limit, 429 or 500; no source tells it
 * @param latencyMillis added to every answer of the service
 * @param usageLatency whether answers slow down with the tenant's usage: half a second from 50 % of
 *     the limit, one second from 75 %
 * @param notFoundAnswer {@code html} or {@code json}: body of the 404 for an unknown route
 * @param zoneUrl what zoneInformation gives as {@code url}; empty: this simulator
 * @param rowsPerEntity rows that every tenant has of each entity, 1 to 5000
 */
public record Switches(
    List<String> integrationCodes,
    int wrongCodeAnswer,
    boolean requireHeaders,
    boolean basicOnlyAccepted,
    int lockoutAfter,
    int unlockAfterSeconds,
    int threadLimit,
    String threadScope,
    int requestLimit,
    int requestWindowMinutes,
    int requestLimitStatus,
    int latencyMillis,
    boolean usageLatency,
    String notFoundAnswer,
    String zoneUrl,
    int rowsPerEntity) {

  /** The integration code of the demo: 27 characters as the real ones, and no secret. */
  public static final String DEMO_INTEGRATION_CODE = "DEMO0CODE0DEMO0CODE0DEMO0CO";

  /** The behaviour of a fresh simulator. */
  public static final Switches DEFAULTS =
      new Switches(
          List.of(DEMO_INTEGRATION_CODE),
          401,
          false,
          true,
          5,
          0,
          3,
          "tenant",
          10_000,
          60,
          429,
          0,
          true,
          "html",
          "",
          25);

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  public Switches {
    if (integrationCodes == null || integrationCodes.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("integrationCodes has a null: give an array of texts");
    }
    integrationCodes = List.copyOf(integrationCodes);
    oneOf("wrongCodeAnswer", wrongCodeAnswer, 401, 500);
    within("lockoutAfter", lockoutAfter, 0, 1_000_000);
    within("unlockAfterSeconds", unlockAfterSeconds, 0, 86_400);
    within("threadLimit", threadLimit, 0, 1_000_000);
    oneOf("threadScope", threadScope, "tenant", "code");
    within("requestLimit", requestLimit, 0, Integer.MAX_VALUE);
    within("requestWindowMinutes", requestWindowMinutes, 1, 60);
    oneOf("requestLimitStatus", requestLimitStatus, 429, 500);
    within("latencyMillis", latencyMillis, 0, 600_000);
    oneOf("notFoundAnswer", notFoundAnswer, "html", "json");
    if (zoneUrl == null) {
      throw new IllegalArgumentException("zoneUrl is null: give a URL or \"\"");
    }
    within("rowsPerEntity", rowsPerEntity, 1, 5000);
  }

  /**
   * A copy with one switch changed.
   *
   * @throws IllegalArgumentException for an unknown name (the message has the nearest known one) or
   *     a value out of bounds
   */
  public Switches with(String name, Object value) {
    return with(MAPPER.createObjectNode().set(name, MAPPER.valueToTree(value)));
  }

  /** A copy with the given switches changed, all or none; see {@link #with(String, Object)}. */
  Switches with(ObjectNode changes) {
    ObjectNode merged = MAPPER.valueToTree(this);
    List<String> known = new ArrayList<>();
    merged.fieldNames().forEachRemaining(known::add);
    changes
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new UnknownNameException("switch", name, known);
              }
            });
    merged.setAll(changes);
    try {
      return MAPPER.treeToValue(merged, Switches.class);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(reason(e), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The switches cannot be read", e);
    }
  }

  /** The switches as JSON; integration codes other than the demo's are masked. */
  JsonNode toJson() {
    ObjectNode json = MAPPER.valueToTree(this);
    json.set(
        "integrationCodes",
        MAPPER.valueToTree(
            integrationCodes.stream()
                .map(code -> code.equals(DEMO_INTEGRATION_CODE) ? code : "********")
                .toList()));
    return json;
  }

  @Override
  public String toString() {
    return toJson().toString();
  }

  private static String reason(JsonMappingException e) {
    if (e.getCause() instanceof IllegalArgumentException cause) {
      return cause.getMessage();
    }
    String path = e.getPath().stream().map(r -> r.getFieldName()).collect(Collectors.joining("."));
    return "Switch '%s' has a value of the wrong type".formatted(path);
  }

  private static void within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d: give a whole number from %d to %d".formatted(name, value, min, max));
    }
  }

  private static void oneOf(String name, Object value, Object... allowed) {
    if (!List.of(allowed).contains(value)) {
      throw new IllegalArgumentException(
          "%s is '%s': give one of %s".formatted(name, value, List.of(allowed)));
    }
  }
}
