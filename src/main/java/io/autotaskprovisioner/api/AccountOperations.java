package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.AccountAdministration;
import io.autotaskprovisioner.account.AccountAdministration.RefusedException;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.account.NewAccount;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lists the callers, creates, disables and enables them and gives them other secrets. For
 * administrators. Secrets are answered once, and only where they were generated here. Thread-safe.
 */
final class AccountOperations {

  static final String NOT_FOUND = "No account found with ID %s";
  private static final int MAX_EMAIL = 320;
  private static final int MAX_NAME = 200;

  private final AccountAdministration accounts;
  private final InstanceAnswers answers;
  private final Blocking blocking;
  private final JsonBody bodies = new JsonBody();

  AccountOperations(AccountAdministration accounts, InstanceAnswers answers, Blocking blocking) {
    this.accounts = accounts;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    Page page = Page.of(request);
    return blocking.call(
        () ->
            answers.page(
                accounts.list(page.afterId(), page.size() + 1),
                page,
                Account::id,
                account -> json(account, caller),
                Map.of()));
  }

  /** Answers 201 with the account, and with its secrets where the body brings none. */
  CompletableFuture<ApiAnswer> create(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    JsonNode body = object(request);
    Optional<CallerSecrets> given = secrets(body);
    CallerSecrets secrets = given.orElseGet(CallerSecrets::generate);
    NewAccount newAccount =
        new NewAccount(
            line(body, "email", MAX_EMAIL),
            line(body, "firstName", MAX_NAME),
            line(body, "lastName", MAX_NAME),
            role(body),
            secrets,
            body.hasNonNull("password") ? PasswordOperations.password(body) : null);
    return blocking.call(
        () -> {
          Account account = unlessRefused(() -> accounts.create(newAccount));
          ObjectNode json = json(account, caller);
          if (given.isEmpty()) {
            addSecrets(json, secrets);
          }
          return new ApiAnswer(
              201,
              Map.of("Location", "/accounts/" + account.id(), "Cache-Control", "no-store"),
              answers.ok(json).body());
        });
  }

  CompletableFuture<ApiAnswer> disable(ApiRequest request, Account caller) {
    return act(request, caller, accounts::disable);
  }

  CompletableFuture<ApiAnswer> enable(ApiRequest request, Account caller) {
    return act(request, caller, accounts::enable);
  }

  /** Answers the account, and its new secrets where the body brings none. */
  CompletableFuture<ApiAnswer> rotate(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    long id = request.pathId("id", NOT_FOUND);
    Optional<CallerSecrets> given =
        request.hasNoContent() ? Optional.empty() : secrets(object(request));
    CallerSecrets secrets = given.orElseGet(CallerSecrets::generate);
    return blocking.call(
        () -> {
          ObjectNode json =
              json(found(id, unlessRefused(() -> accounts.rotate(id, secrets))), caller);
          if (given.isEmpty()) {
            addSecrets(json, secrets);
          }
          return answers.ok(json, Map.of("Cache-Control", "no-store"));
        });
  }

  private CompletableFuture<ApiAnswer> act(
      ApiRequest request, Account caller, Function<Long, Optional<Account>> act) {
    AuthenticateCaller.requireAdmin(caller);
    long id = request.pathId("id", NOT_FOUND);
    return blocking.call(
        () -> answers.ok(json(found(id, unlessRefused(() -> act.apply(id))), caller)));
  }

  static Account found(long id, Optional<Account> account) {
    return account.orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(id)));
  }

  static <T> T unlessRefused(Supplier<T> act) {
    try {
      return act.get();
    } catch (RefusedException e) {
      throw new ApiException(409, e.getMessage());
    }
  }

  private JsonNode object(ApiRequest request) {
    JsonNode body = bodies.read(request);
    if (!body.isObject()) {
      throw ApiException.badRequest("The body must be a JSON object.");
    }
    return body;
  }

  /** Both or none. */
  private static Optional<CallerSecrets> secrets(JsonNode body) {
    boolean user = body.hasNonNull("userSecret");
    if (user != body.hasNonNull("organizationSecret")) {
      throw ApiException.badRequest(
          "userSecret and organizationSecret belong together: give both, or none to have them"
              + " generated.");
    }
    return user
        ? Optional.of(
            new CallerSecrets(secret(body, "userSecret"), secret(body, "organizationSecret")))
        : Optional.empty();
  }

  private static String secret(JsonNode body, String field) {
    JsonNode value = body.get(field);
    if (!value.isTextual() || !CallerSecrets.isUsable(value.asText())) {
      throw ApiException.badRequest(
          "%s must be a string of %d to %,d ASCII characters without space or comma."
              .formatted(field, CallerSecrets.MIN_LENGTH, CallerSecrets.MAX_LENGTH));
    }
    return value.asText();
  }

  private static String line(JsonNode body, String field, int limit) {
    JsonNode value = body.path(field);
    String text = value.asText().strip();
    if (!value.isTextual()
        || text.isEmpty()
        || text.length() > limit
        || text.codePoints().anyMatch(AccountOperations::isNoText)) {
      throw ApiException.badRequest(
          "%s must be a string of 1 to %d whole characters without control characters."
              .formatted(field, limit));
    }
    return text;
  }

  /** A control character, or half a surrogate pair, which no database stores. */
  private static boolean isNoText(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private static String role(JsonNode body) {
    String role = body.path("role").asText(Account.MEMBER);
    if (!role.equals(Account.ADMIN) && !role.equals(Account.MEMBER)) {
      throw ApiException.badRequest(
          "role must be one of %s, %s.".formatted(Account.ADMIN, Account.MEMBER));
    }
    return role;
  }

  private static void addSecrets(ObjectNode json, CallerSecrets secrets) {
    json.put("userSecret", secrets.user());
    json.put("organizationSecret", secrets.organization());
    json.put("authorization", secrets.authorization());
  }

  static ObjectNode json(Account account, Account caller) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", account.id());
    json.put("email", account.email());
    json.put("firstName", account.firstName());
    json.put("lastName", account.lastName());
    json.put("role", account.role());
    json.put("disabled", account.disabled());
    json.put("login", account.login());
    json.put("caller", account.id() == caller.id());
    return json;
  }
}
