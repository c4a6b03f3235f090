package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.lifecycle.ChangePlanning;
import io.autotaskprovisioner.lifecycle.InstanceChange;
import io.autotaskprovisioner.lifecycle.PlannedChange;
import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Plans the change that a body asks for: the message body becomes the changed instance as a {@link
 * ProvisioningRequest}, ready to be verified, and the property {@code verification} names the
 * verification where the credentials need it. Values are read as leniently as those of a POST.
 * Thread-safe.
 */
final class PlanInstanceChange extends ApiStep {

  /** The exchange property that holds the {@link PlannedChange} from here on. */
  static final String PLAN = "plannedChange";

  private static final String RE_AUTHENTICATE = "reAuthenticate";

  private static final List<String> CHANGEABLE =
      List.of("name", "tags", "configuration", "externalAuthentication");

  /** Makes one body, as PATCH of an instance takes it, out of what came. */
  @FunctionalInterface
  interface BodyReader {
    CompletableFuture<ObjectNode> read(ApiRequest request, Instance instance);
  }

  private final BodyReader reader;
  private final RequestNormalizer normalizer;
  private final ChangePlanning planning;

  PlanInstanceChange(BodyReader reader, RequestNormalizer normalizer, ChangePlanning planning) {
    this.reader = reader;
    this.normalizer = normalizer;
    this.planning = planning;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Instance instance = AuthenticateToken.instanceOf(exchange);
    boolean reAuthenticate = request.queryFlag(RE_AUTHENTICATE, false);
    return reader
        .read(request, instance)
        .thenAcceptAsync(
            body -> plan(exchange, instance, body, reAuthenticate),
            AuthenticateCaller.callersThread());
  }

  private void plan(Exchange exchange, Instance instance, ObjectNode body, boolean reAuthenticate) {
    ProvisioningRequest wanted = normalizer.fromBody(body, instance.accountId());
    PlannedChange plan = planning.plan(instance, new InstanceChange(wanted, reAuthenticate));
    exchange.setProperty(PLAN, plan);
    exchange.setProperty(ProvisioningProperties.ELEMENT, plan.element());
    if (plan.verification()) {
      exchange.setProperty(ProvisioningProperties.VERIFICATION, plan.element().verification());
    }
    exchange.getMessage().setBody(plan.request());
  }

  /** Reads a whole instance, or any part of one. */
  static BodyReader instanceBody() {
    JsonBody jsonBody = new JsonBody();
    return (request, instance) ->
        CompletableFuture.completedFuture(partOf(jsonBody.read(request), instance));
  }

  /**
   * What can be changed; the rest of an instance as GET shows it is passed over. An element that is
   * not named is the instance's own, so that the limits of its keys hold.
   */
  private static ObjectNode partOf(JsonNode body, Instance instance) {
    ObjectNode part = JsonNodeFactory.instance.objectNode();
    part.put("element", instance.elementKey());
    if (body.isNull()) {
      return part;
    }
    if (!body.isObject()) {
      throw ApiException.badRequest(
          "The body must be a JSON object: an instance, or any part of one.");
    }
    for (String field : CHANGEABLE) {
      if (body.hasNonNull(field)) {
        part.set(field, body.get(field));
      }
    }
    if (body.hasNonNull("element")) {
      part.set("element", body.get("element"));
    } else if (body.hasNonNull("elementId")) {
      part.set("element", body.get("elementId"));
    }
    return part;
  }
}
