package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/**
 * Reads the body of {@code POST /instances}; an element named in the path wins over the body's. The
 * message body becomes a {@link ProvisioningRequest}. Thread-safe.
 */
final class ReadProvisioningRequest extends ApiStep {

  private final JsonBody jsonBody;
  private final RequestNormalizer normalizer;

  ReadProvisioningRequest(JsonBody jsonBody, RequestNormalizer normalizer) {
    this.jsonBody = jsonBody;
    this.normalizer = normalizer;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Account caller = AuthenticateCaller.callerOf(exchange);
    JsonNode body = jsonBody.read(request);
    if (body.has("notBefore")) {
      throw ApiException.badRequest(
          "notBefore is not possible here, where the answer is the instance: put the request into"
              + " the drop folder instead.");
    }
    ProvisioningRequest provisioning = normalizer.fromBody(body, caller.id());
    String element = request.pathParameters().get("keyOrId");
    exchange
        .getMessage()
        .setBody(element == null ? provisioning : provisioning.withElement(element));
    return CompletableFuture.completedFuture(null);
  }
}
