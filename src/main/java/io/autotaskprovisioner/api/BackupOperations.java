package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.storage.Backups;
import io.autotaskprovisioner.storage.Backups.Backup;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Has the database copied while it works, and shows the copies. For administrators. Thread-safe.
 */
final class BackupOperations {

  private static final String NOT_FOUND = "No backup found with name %s";

  private final Backups backups;
  private final InstanceAnswers answers;
  private final Blocking blocking;
  private final Blocking copying;

  /**
   * @param copying one thread for what takes as long as it takes
   */
  BackupOperations(Backups backups, InstanceAnswers answers, Blocking blocking, Blocking copying) {
    this.backups = backups;
    this.answers = answers;
    this.blocking = blocking;
    this.copying = copying;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          backups.list().forEach(backup -> array.add(json(backup)));
          return answers.ok(array);
        });
  }

  CompletableFuture<ApiAnswer> get(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    String name = request.pathParameters().get("name");
    return blocking.call(
        () ->
            answers.ok(
                json(
                    backups
                        .find(name)
                        .orElseThrow(() -> ApiException.notFound(NOT_FOUND.formatted(name))))));
  }

  /** Answers 202 with the backup that has begun. */
  CompletableFuture<ApiAnswer> begin(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          Backup begun;
          try {
            begun = backups.begin();
          } catch (Backups.RefusedException e) {
            throw new ApiException(409, e.getMessage());
          }
          copying.call(
              () -> {
                backups.run(begun);
                return null;
              });
          return new ApiAnswer(
              202, Map.of("Location", "/backups/" + begun.name()), answers.ok(json(begun)).body());
        });
  }

  private static ObjectNode json(Backup backup) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", backup.name());
    json.put("file", backup.file().toString());
    json.put("state", backup.state().name());
    json.put("bytes", backup.bytes());
    json.put("message", backup.message());
    return json;
  }
}
