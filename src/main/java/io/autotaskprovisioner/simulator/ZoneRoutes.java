package io.autotaskprovisioner.simulator;

/** What the service tells without credentials: zones and API versions. */
final class ZoneRoutes {

  private static final String UNKNOWN_USER = "Zone information could not be determined";

  private final World world;

  ZoneRoutes(World world) {
    this.world = world;
  }

  /** An unknown, blank or absent user is a 500 here, not a 404. */
  Answer zoneInformation(Call call) {
    String login = call.query().get("user");
    SimulatedUser user =
        login == null || login.isBlank() ? null : world.users.find(login).orElse(null);
    if (user == null) {
      return Answer.errors(500, UNKNOWN_USER);
    }
    String other = world.switches().zoneUrl();
    String url = other.isEmpty() ? Call.zoneUrl(call.origin(), user.zone()) : other;
    return Answer.ok(
        Answer.object()
            .put("zoneName", "Simulator " + user.zone())
            .put("url", url)
            .put("webUrl", call.origin() + "/")
            .put("ci", user.ci()));
  }

  /** V2.0 is named although nothing answers there: the service does the same. */
  Answer versionInformation() {
    var json = Answer.object();
    json.putArray("apiVersions").add("V1.0").add("V2.0");
    return Answer.ok(json);
  }
}
