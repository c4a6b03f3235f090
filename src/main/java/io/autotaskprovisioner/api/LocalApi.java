package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.AccountAdministration;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.account.CallerSecrets;
import io.autotaskprovisioner.audit.AuditTrail;
import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.intake.RecentRates;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.provisioning.JdbcLoginGuard;
import io.autotaskprovisioner.provisioning.SuspectedRows;
import io.autotaskprovisioner.recovery.Filters;
import io.autotaskprovisioner.secret.KeyAdministration;
import io.autotaskprovisioner.storage.Backups;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.camel.spi.Registry;

/**
 * The operator's operations of the API without a server, on a database that nobody else works on:
 * for the command line. Same paths, same answers. Thread-safe; every call waits.
 */
public final class LocalApi implements AutoCloseable {

  /** Status code and JSON of one call. */
  public record Answer(int statusCode, Map<String, String> headers, byte[] body) {

    @Override
    public String toString() {
      return "Answer[" + statusCode + "]";
    }
  }

  private final Blocking blocking = new Blocking("local", 1);
  private final Blocking copying = new Blocking("local-backup", 1);
  private final Map<String, ApiOperation> operations = new HashMap<>();
  private final Account caller;

  /**
   * @param registry with the beans of accounts, journal and deliveries, and a {@link
   *     JdbcLoginGuard}
   * @param secrets whose account acts, where they open one; else it is the first enabled
   *     administrator: who can open the database and its keys may do everything
   */
  public LocalApi(Registry registry, Optional<CallerSecrets> secrets) {
    InstanceAnswers answers =
        new InstanceAnswers(
            new ObjectMapper(),
            new InstanceJson(
                registry.findSingleByType(ElementCatalogue.class),
                InstanceJson.ConfigurationEcho.MASKED));
    Filters filters = registry.findSingleByType(Filters.class);
    AccountAdministration administration = registry.findSingleByType(AccountAdministration.class);
    Accounts accounts = registry.findSingleByType(Accounts.class);
    this.caller =
        secrets
            .flatMap(s -> accounts.authenticate(s.user(), s.organization()))
            .or(() -> firstAdministrator(administration))
            .orElseThrow(() -> new IllegalStateException("There is no enabled administrator"));
    add(new StatusOperations(registry, answers, blocking, LocalApi::notRunning));
    add(new AccountOperations(administration, answers, blocking));
    add(new PasswordOperations(administration, answers, blocking));
    add(new KeyOperations(registry.findSingleByType(KeyAdministration.class), answers, blocking));
    add(new BackupOperations(registry.findSingleByType(Backups.class), answers, blocking, copying));
    add(
        new JournalOperations(
            registry.findSingleByType(Journal.class),
            registry.findSingleByType(Batches.class),
            answers,
            new RecentRates(registry.findSingleByType(Clock.class)),
            registry.findSingleByType(Clock.class),
            filters,
            blocking));
    add(
        new DeliveryOperations(
            registry.findSingleByType(Deliveries.class), filters, answers, blocking));
    add(new BulkOperations(registry, answers, blocking, blocking));
    operations.put(
        "GET /replies",
        new ReplyOperations(registry.findSingleByType(Replies.class), filters, answers, blocking)
            ::list);
    VerificationOperations verification =
        new VerificationOperations(
            registry.findSingleByType(JdbcLoginGuard.class),
            registry.findSingleByType(SuspectedRows.class),
            registry.findSingleByType(Journal.class),
            answers,
            blocking);
    operations.put("GET /verification/suspended", verification::suspended);
    operations.put("POST /verification/resume", verification::resume);
    AuditTrail trail = registry.findSingleByType(AuditTrail.class);
    operations.put("GET /audit", new AuditOperations(trail, answers, blocking)::list);
    Audited audited = new Audited(trail, registry.findSingleByType(Clock.class));
    operations.replaceAll((name, operation) -> audited(audited, name, operation));
  }

  private static ApiOperation audited(Audited audited, String name, ApiOperation operation) {
    return name.startsWith("GET ")
        ? operation
        : audited.ofCommandLine(AuditedSteps.BY_OPERATION.get(name).act(), operation);
  }

  /**
   * Answers as the server would.
   *
   * @param path with its query
   * @param body JSON; empty for none
   * @throws IllegalArgumentException for a path that is none of the operator's
   */
  public Answer call(String method, String path, byte[] body) {
    URI uri = URI.create(path);
    Map<String, String> parameters = new HashMap<>();
    ApiOperation operation = operations.get(method + " " + template(uri.getPath(), parameters));
    if (operation == null) {
      throw new IllegalArgumentException(method + " " + path + " is not answered without a server");
    }
    ApiRequest request =
        new ApiRequest(
            "0".repeat(24),
            method,
            uri.getPath(),
            parameters,
            query(uri.getRawQuery()),
            MultiMap.caseInsensitiveMultiMap(),
            body);
    try {
      ApiAnswer answer = operation.answer(request, caller).join();
      return new Answer(answer.statusCode(), answer.headers(), answer.body());
    } catch (CompletionException e) {
      if (e.getCause() instanceof ApiException refused) {
        return refused(refused);
      }
      throw e;
    } catch (ApiException e) {
      return refused(e);
    }
  }

  @Override
  public void close() {
    copying.stop();
    blocking.stop();
  }

  private void add(StatusOperations status) {
    operations.put("GET /status", status::get);
  }

  private void add(AccountOperations accounts) {
    operations.put("GET /accounts", accounts::list);
    operations.put("POST /accounts", accounts::create);
    operations.put("POST /accounts/{id}/disable", accounts::disable);
    operations.put("POST /accounts/{id}/enable", accounts::enable);
    operations.put("POST /accounts/{id}/rotate", accounts::rotate);
  }

  private void add(PasswordOperations passwords) {
    operations.put("PUT /accounts/{id}/password", passwords::set);
    operations.put("DELETE /accounts/{id}/password", passwords::remove);
  }

  private void add(KeyOperations keys) {
    operations.put("GET /keys", keys::list);
    operations.put("POST /keys", keys::add);
    operations.put("POST /keys/reseal", keys::reseal);
    operations.put("GET /keys/{id}/check", keys::check);
    operations.put("POST /keys/{id}/use", keys::use);
    operations.put("DELETE /keys/{id}", keys::remove);
  }

  private void add(BackupOperations backups) {
    operations.put("GET /backups", backups::list);
    operations.put("POST /backups", backups::begin);
    operations.put("GET /backups/{name}", backups::get);
  }

  private void add(JournalOperations journal) {
    operations.put("GET /requests", journal::listRequests);
    operations.put("GET /requests/{id}", journal::getRequest);
    operations.put("POST /requests/{id}/retry", journal::retryRequest);
    operations.put("POST /requests/{id}/discard", journal::discardRequest);
    operations.put("GET /batches", journal::listBatches);
  }

  private void add(DeliveryOperations deliveries) {
    operations.put("GET /deliveries", deliveries::list);
    operations.put("POST /deliveries/{id}/redeliver", deliveries::redeliver);
    operations.put("POST /deliveries/{id}/discard", deliveries::discard);
  }

  private void add(BulkOperations bulk) {
    operations.put("POST /requests/retry", bulk::retryRequests);
    operations.put("POST /requests/discard", bulk::discardRequests);
    operations.put("POST /batches/{id}/retry", bulk::retryBatch);
    operations.put("POST /deliveries/redeliver", bulk::redeliver);
    operations.put("POST /deliveries/discard", bulk::discardDeliveries);
    operations.put("POST /replies/retry", bulk::retryReplies);
    operations.put("POST /replies/discard", bulk::discardReplies);
    operations.put("GET /operations", bulk::list);
    operations.put("GET /operations/{id}", bulk::get);
    operations.put("POST /operations/{id}/cancel", bulk::cancel);
  }

  /** {@code /accounts/1000/disable} becomes {@code /accounts/{id}/disable}. */
  private static String template(String path, Map<String, String> parameters) {
    String[] parts = path.split("/");
    if (parts.length > 2 && parts[2].chars().allMatch(Character::isDigit)) {
      parameters.put("id", parts[2]);
      parts[2] = "{id}";
    } else if (parts.length > 2 && parts[1].equals("backups")) {
      parameters.put("name", parts[2]);
      parts[2] = "{name}";
    }
    return String.join("/", parts);
  }

  private static MultiMap query(String raw) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        String[] parts = pair.split("=", 2);
        if (parts.length == 2) {
          query.add(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
      }
    }
    return query;
  }

  private static Optional<Account> firstAdministrator(AccountAdministration administration) {
    List<Account> page = administration.list(0, Page.MAX_SIZE);
    while (!page.isEmpty()) {
      Optional<Account> admin = page.stream().filter(a -> a.isAdmin() && !a.disabled()).findFirst();
      if (admin.isPresent()) {
        return admin;
      }
      page = administration.list(page.get(page.size() - 1).id(), Page.MAX_SIZE);
    }
    return Optional.empty();
  }

  private static ObjectNode notRunning() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("running", false);
    json.putNull("version");
    json.putNull("startedAt");
    json.put("ready", false);
    json.putArray("checks");
    return json;
  }

  private static Answer refused(ApiException e) {
    return new Answer(
        e.statusCode(),
        Map.of(),
        JsonNodeFactory.instance
            .objectNode()
            .put("message", e.getMessage())
            .toString()
            .getBytes(StandardCharsets.UTF_8));
  }
}
