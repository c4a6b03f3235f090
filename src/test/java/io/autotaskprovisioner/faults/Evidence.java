package io.autotaskprovisioner.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * What can be seen from outside once everything is healed and nothing waits.
 *
 * @param instances ids by name, more than one where a name is there more than once
 * @param countOfInstances as the API counts them
 * @param failures failure classes by the name of the request
 * @param arrived events by the destination that they reached
 * @param undelivered deliveries that are pending or exhausted, and shown as such
 * @param replies how often each message was replied to, by correlation id
 * @param logins how often Autotask accepted the login of a user name
 * @param loginsIncomplete whether Autotask may have accepted more than that
 * @param results the folder of result files
 */
record Evidence(
    Map<String, List<Long>> instances,
    int countOfInstances,
    Map<String, String> failures,
    Map<String, SeenEvents> arrived,
    long undelivered,
    Map<String, Integer> replies,
    ToIntFunction<String> logins,
    boolean loginsIncomplete,
    Path results) {

  static Evidence of(Installation installation) throws IOException, SQLException {
    installation.autotask().lookOnce();
    OperatorView operator = installation.operator();
    Map<String, List<Long>> instances = operator.instances();
    Map<String, String> failures = operator.failures();
    Map<String, SeenEvents> arrived = installation.arrived();
    long undelivered = 0;
    for (String status : List.of("PENDING", "SENDING", "EXHAUSTED")) {
      undelivered += operator.deliveries(status);
    }
    return new Evidence(
        instances,
        operator.countOfInstances(),
        failures,
        arrived,
        undelivered,
        Map.copyOf(installation.replies()),
        installation.autotask()::accepted,
        installation.autotask().isIncomplete(),
        installation.folder().resolve("results"));
  }
}
