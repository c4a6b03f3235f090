package io.autotaskprovisioner.movein;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.instance.TenantDetails;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What Autotask said of a login, kept between its proof and the end of the import. Stateless. */
final class TenantJson {

  private TenantJson() {}

  static ObjectNode write(TenantDetails tenant) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("zoneName", tenant.zoneName());
    json.put("zoneUrl", tenant.zoneUrl());
    json.put("webUrl", tenant.webUrl());
    json.put("databaseId", tenant.databaseId());
    json.put("requestThreshold", tenant.requestThreshold());
    json.put("thresholdTimeframeMinutes", tenant.thresholdTimeframeMinutes());
    json.put("timeframeRequestCount", tenant.timeframeRequestCount());
    json.put("verifiedAt", tenant.verifiedAt().toString());
    return json;
  }

  static TenantDetails read(JsonNode json) {
    return new TenantDetails(
        text(json, "zoneName"),
        json.path("zoneUrl").asText(),
        text(json, "webUrl"),
        json.hasNonNull("databaseId") ? json.get("databaseId").longValue() : null,
        number(json, "requestThreshold"),
        number(json, "thresholdTimeframeMinutes"),
        number(json, "timeframeRequestCount"),
        null,
        null,
        Instant.parse(json.path("verifiedAt").asText()));
  }

  private static @Nullable String text(JsonNode json, String field) {
    return json.hasNonNull(field) ? json.get(field).asText() : null;
  }

  private static @Nullable Integer number(JsonNode json, String field) {
    return json.hasNonNull(field) ? json.get(field).intValue() : null;
  }
}
