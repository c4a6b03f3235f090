package io.autotaskprovisioner.simulator;

/** What a known caller may do now: threads, requests in the window, rights, and the latency. */
final class LimitRoutes {

  private static final String NO_RIGHTS =
      "The logged in Resource does not have the adequate permissions to query this entity type.";

  private final World world;

  LimitRoutes(World world) {
    this.world = world;
  }

  Admission admit(Call call, SimulatedUser user, String code, Switches switches) {
    int window = switches.requestWindowMinutes();
    int limit = switches.requestLimit();
    int latency = switches.latencyMillis();
    Runnable slot = world.slots.take(threadKey(call, user, code, switches), switches.threadLimit());
    if (slot == null) {
      return Admission.done(
          Answer.errors(
              429,
              "API thread threshold of %d threads has been exceeded."
                  .formatted(switches.threadLimit())),
          latency);
    }
    if (limit > 0 && world.usage.count(user.ci(), window) >= limit) {
      return new Admission(overLimit(switches), user, 0, slot, latency);
    }
    int count = world.usage.add(user.ci(), window);
    int delay = latency + usageLatency(count, switches);
    return user.isDenied(call.segment(1))
        ? new Admission(Answer.errors(500, NO_RIGHTS), user, count, slot, delay)
        : new Admission(null, user, count, slot, delay);
  }

  /** The text is our choice; no source has the service's. */
  private static Answer overLimit(Switches switches) {
    return Answer.errors(
        switches.requestLimitStatus(),
        "The threshold of %d external requests within %d minutes has been exceeded."
            .formatted(switches.requestLimit(), switches.requestWindowMinutes()));
  }

  private static int usageLatency(int count, Switches switches) {
    if (!switches.usageLatency() || switches.requestLimit() == 0) {
      return 0;
    }
    double share = (double) count / switches.requestLimit();
    return share >= 0.75 ? 1000 : share >= 0.5 ? 500 : 0;
  }

  /** Metadata calls are in their entity's bucket; calls without a code share the user's. */
  private static String threadKey(Call call, SimulatedUser user, String code, Switches switches) {
    String caller = code.isEmpty() ? Users.key(user.login()) : code;
    String scope = switches.threadScope().equals("tenant") ? "|" + user.ci() : "";
    return caller + "|" + call.segment(1) + scope;
  }
}
