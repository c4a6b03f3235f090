package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.lifecycle.InstanceLifecycle;
import io.autotaskprovisioner.lifecycle.LifecycleOutcome;
import java.util.concurrent.CompletableFuture;

/**
 * Removes an instance and flips its switches. Each is 200 with {@code {}}: the hosted service's
 * clients want exactly 200, and some read every answer as JSON. Thread-safe.
 */
final class InstanceLifecycleOperations {

  private final InstanceLifecycle lifecycle;
  private final InstanceAnswers answers;
  private final JsonBody jsonBody = new JsonBody();

  InstanceLifecycleOperations(InstanceLifecycle lifecycle, InstanceAnswers answers) {
    this.lifecycle = lifecycle;
    this.answers = answers;
  }

  /** Shows the instance that was found. */
  CompletableFuture<ApiAnswer> show(ApiRequest request, Account caller, Instance instance) {
    return CompletableFuture.completedFuture(answers.ok(answers.shown(instance, caller)));
  }

  /** A body is not looked at: some clients send {@code null} along. */
  CompletableFuture<ApiAnswer> remove(ApiRequest request, Account caller, Instance instance) {
    return lifecycle.remove(instance).thenApply(outcome -> done(request, outcome));
  }

  /** PUT enables, DELETE disables; again changes nothing. */
  CompletableFuture<ApiAnswer> switchEnabled(
      ApiRequest request, Account caller, Instance instance) {
    boolean enable = isPut(request);
    if (enable) {
      jsonBody.read(request);
    }
    return lifecycle.setDisabled(instance, !enable).thenApply(outcome -> done(request, outcome));
  }

  /** PUT switches the flag on, DELETE off; again changes nothing. */
  CompletableFuture<ApiAnswer> switchTraceLogging(
      ApiRequest request, Account caller, Instance instance) {
    boolean enable = isPut(request);
    if (enable) {
      requireDuration(jsonBody.read(request));
    }
    return lifecycle.setTraceLogging(instance, enable).thenApply(outcome -> done(request, outcome));
  }

  /**
   * The instance as the outcome left it.
   *
   * @throws ApiException as {@link FindInstance} or {@link AuthenticateToken} where it is gone; 409
   *     where others changed it meanwhile
   */
  static Instance changed(ApiRequest request, LifecycleOutcome outcome) {
    return switch (outcome.kind()) {
      case DONE -> outcome.instance();
      case GONE -> {
        boolean byToken = !request.pathParameters().containsKey("id");
        throw byToken
            ? ApiException.unauthorized()
            : FindInstance.notFound(outcome.instance().id());
      }
      case OVERTAKEN ->
          throw new ApiException(
              409,
              "Instance %d was changed by somebody else at the same moment, and nothing of this change was stored: read it and send the change again."
                  .formatted(outcome.instance().id()));
    };
  }

  private ApiAnswer done(ApiRequest request, LifecycleOutcome outcome) {
    changed(request, outcome);
    return answers.ok(JsonNodeFactory.instance.objectNode());
  }

  private static boolean isPut(ApiRequest request) {
    return request.method().equals("PUT");
  }

  /**
   * Our choice: no source gives the unit, and nothing is traced, so a duration is checked and not
   * kept; the flag stays until it is switched off.
   */
  private static void requireDuration(JsonNode body) {
    if (body.isNull()) {
      return;
    }
    if (!body.isObject()) {
      throw ApiException.badRequest("The body must be a JSON object, such as {\"duration\": 60}.");
    }
    JsonNode duration = body.path("duration");
    boolean absent = duration.isMissingNode() || duration.isNull();
    if (!absent
        && !(duration.canConvertToInt()
            && duration.isIntegralNumber()
            && duration.intValue() > 0)) {
      throw ApiException.badRequest("duration must be a whole number from 1 to 2147483647.");
    }
  }
}
