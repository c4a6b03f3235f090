package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;

/** What the running server says of itself: since when, and its readiness checks. Thread-safe. */
final class Readiness {

  private final CamelContext context;

  Readiness(CamelContext context) {
    this.context = context;
  }

  /** Waits for the checks. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("running", true);
    json.put("version", Readiness.class.getPackage().getImplementationVersion());
    json.put(
        "startedAt",
        Instant.now().minus(context.getUptime()).truncatedTo(ChronoUnit.SECONDS).toString());
    List<HealthCheck.Result> results =
        HealthCheckHelper.invokeReadiness(context).stream()
            .sorted(Comparator.comparing(result -> result.getCheck().getId()))
            .toList();
    json.put("ready", results.stream().allMatch(Readiness::isUp));
    ArrayNode checks = json.putArray("checks");
    results.forEach(
        result ->
            checks
                .addObject()
                .put("name", result.getCheck().getId())
                .put("up", isUp(result))
                .put("message", result.getMessage().orElse(null)));
    return json;
  }

  private static boolean isUp(HealthCheck.Result result) {
    return result.getState() == HealthCheck.State.UP;
  }
}
