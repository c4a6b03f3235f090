package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.schedule.Schedules;
import java.util.concurrent.CompletableFuture;

/** Shows the schedules with their past runs, and has one run now. For administrators. */
final class ScheduleOperations {

  private static final String NO_SCHEDULE = "No schedule found with name %s";

  private final Schedules schedules;
  private final InstanceAnswers answers;
  private final Blocking blocking;

  ScheduleOperations(Schedules schedules, InstanceAnswers answers, Blocking blocking) {
    this.schedules = schedules;
    this.answers = answers;
    this.blocking = blocking;
  }

  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(
        () -> {
          ArrayNode array = JsonNodeFactory.instance.arrayNode();
          schedules.list().forEach(entry -> array.add(ScheduleJson.schedule(entry)));
          return answers.ok(array);
        });
  }

  /** 202 when the request to run is stored; 409 while a run is under way or asked for. */
  CompletableFuture<ApiAnswer> runNow(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    String name = request.pathParameters().get("name");
    if (!schedules.exists(name)) {
      throw ApiException.notFound(NO_SCHEDULE.formatted(name));
    }
    return blocking.call(
        () -> {
          if (!schedules.runNow(name)) {
            throw new ApiException(
                409,
                "Schedule %s is being run, or somebody has asked for it already: look at GET /schedules and ask again after that."
                    .formatted(name));
          }
          ApiAnswer shown = answers.ok(ScheduleJson.schedule(schedules.entry(name)));
          return new ApiAnswer(202, shown.headers(), shown.body());
        });
  }
}
