package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.movein.ImportCheck;
import io.autotaskprovisioner.movein.ImportState;
import io.autotaskprovisioner.movein.Imports;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Takes over instances of the hosted service, shows how far that is and ends it. For
 * administrators. Thread-safe.
 */
final class ImportOperations {

  static final String PATH = "/imports";

  private static final String NOT_FOUND = "No import found with ID %s";
  private static final Set<String> FIELDS =
      Set.of("instances", "credentials", "account", "dryRun", "skipOtherElements");
  private static final int MAX_PROBLEMS = 500;
  private static final int LATEST = 20;

  private final Imports imports;
  private final Accounts accounts;
  private final InstanceAnswers answers;
  private final Blocking reading;
  private final Blocking blocking;
  private final JsonBody bodies = new JsonBody();

  /**
   * @param reading runs what reads a large body; few threads, so that memory is bounded
   */
  ImportOperations(
      Imports imports,
      Accounts accounts,
      InstanceAnswers answers,
      Blocking reading,
      Blocking blocking) {
    this.imports = imports;
    this.accounts = accounts;
    this.answers = answers;
    this.reading = reading;
    this.blocking = blocking;
  }

  /**
   * Answers 202 with the import that has begun, 200 for a look alone, and 422 with every problem
   * where it cannot begin.
   */
  CompletableFuture<ApiAnswer> begin(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return reading.call(
        () -> {
          JsonNode body = bodies.read(request);
          requireKnown(body);
          JsonNode instances = array(body, "instances");
          JsonNode credentials = array(body, "credentials");
          if (instances.isEmpty() || instances.size() > Imports.MAX_INSTANCES) {
            throw ApiException.badRequest(
                "instances must be 1 to %,d; send more in several imports."
                    .formatted(Imports.MAX_INSTANCES));
          }
          boolean dryRun = flag(body, "dryRun");
          boolean skipOthers = flag(body, "skipOtherElements");
          ImportCheck check =
              imports.check(instances, credentials, owner(body, caller), skipOthers);
          if (!check.problems().isEmpty()) {
            return refused(request, check);
          }
          return dryRun ? answers.ok(json(check)) : begun(check, caller);
        });
  }

  CompletableFuture<ApiAnswer> get(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    long id = request.pathId("id", NOT_FOUND);
    return blocking.call(
        () ->
            answers.ok(
                json(
                    imports
                        .find(id)
                        .orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(id))))));
  }

  /** The latest ones, newest first. */
  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          imports.latest(LATEST).forEach(state -> array.add(json(state).without("failures")));
          return answers.ok(array);
        });
  }

  /** Ends one that is not done; one that is stays as it is. */
  CompletableFuture<ApiAnswer> cancel(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    long id = request.pathId("id", NOT_FOUND);
    return blocking.call(
        () ->
            answers.ok(
                json(
                    imports
                        .cancel(id)
                        .orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(id))))));
  }

  private ApiAnswer begun(ImportCheck check, Account caller) {
    ImportState state = imports.begin(check, caller.id());
    ObjectNode json = json(state);
    json.set("skipped", skipped(check.skipped()));
    return new ApiAnswer(202, Map.of("Location", PATH + "/" + state.id()), answers.ok(json).body());
  }

  private ApiAnswer refused(ApiRequest request, ImportCheck check) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("requestId", request.requestId());
    json.put(
        "message",
        "The import cannot begin, and nothing was changed: see what is in its way under problems.");
    ArrayNode problems = json.putArray("problems");
    check.problems().stream()
        .limit(MAX_PROBLEMS)
        .forEach(
            problem -> {
              ObjectNode node = problems.addObject();
              if (problem.place() > 0) {
                node.put("number", problem.place());
                node.put("id", problem.id());
                node.put("name", problem.name());
              }
              node.put("problem", problem.problem());
              node.put("wayOut", problem.wayOut());
            });
    json.put("moreProblems", Math.max(0, check.problems().size() - MAX_PROBLEMS));
    return new ApiAnswer(422, answers.ok(json).body());
  }

  private static ObjectNode json(ImportCheck check) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("account", check.accountId());
    json.put("wouldBeImported", check.fitCount());
    json.put("present", check.presentCount());
    json.set("skipped", skipped(check.skipped()));
    return json;
  }

  private static ArrayNode skipped(List<ImportCheck.Skipped> skipped) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    skipped.forEach(
        instance ->
            array
                .addObject()
                .put("number", instance.place())
                .put("id", instance.id())
                .put("name", instance.name())
                .put("element", instance.element()));
    return array;
  }

  private static ObjectNode json(ImportState state) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", state.id());
    json.put("account", state.accountId());
    json.put("status", state.status().name());
    json.put("instances", state.items());
    json.put("waiting", state.waiting());
    json.put("proven", state.proven());
    json.put("present", state.present());
    json.put("failed", state.failed());
    json.put("createdAt", state.createdAt().toString());
    json.put("finishedAt", state.finishedAt() == null ? null : state.finishedAt().toString());
    ArrayNode failures = json.putArray("failures");
    for (ImportState.ItemFailure failure : state.failures()) {
      failures
          .addObject()
          .put("number", failure.place())
          .put("id", failure.instanceId())
          .put("name", failure.name())
          .put("failureClass", failure.failureClass())
          .put("message", failure.message())
          .put("providerMessage", failure.providerMessage())
          .put("triedAgain", failure.again());
    }
    return json;
  }

  private long owner(JsonNode body, Account caller) {
    if (!body.hasNonNull("account")) {
      return caller.id();
    }
    JsonNode id = body.get("account");
    if (!id.isIntegralNumber()) {
      throw ApiException.badRequest("account must be the id of an account.");
    }
    return accounts
        .find(id.longValue())
        .orElseThrow(
            () -> ApiException.badRequest("No account found with ID %s".formatted(id.asText())))
        .id();
  }

  private static void requireKnown(JsonNode body) {
    if (!body.isObject()) {
      throw ApiException.badRequest(
          "The body must be a JSON object with the arrays instances and credentials.");
    }
    body.fieldNames()
        .forEachRemaining(
            field -> {
              if (!FIELDS.contains(field)) {
                throw ApiException.badRequest(
                    "The body has an unknown field; known are account, credentials, dryRun,"
                        + " instances and skipOtherElements.");
              }
            });
  }

  private static JsonNode array(JsonNode body, String field) {
    JsonNode array = body.path(field);
    if (!array.isArray()) {
      throw ApiException.badRequest("%s must be an array.".formatted(field));
    }
    return array;
  }

  private static boolean flag(JsonNode body, String field) {
    JsonNode flag = body.path(field);
    if (!flag.isMissingNode() && !flag.isBoolean()) {
      throw ApiException.badRequest("%s must be true or false.".formatted(field));
    }
    return flag.asBoolean();
  }
}
