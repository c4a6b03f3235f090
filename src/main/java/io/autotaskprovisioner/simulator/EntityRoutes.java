package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What needs a login: version, threshold, and the entities by id, query, metadata and change. */
final class EntityRoutes {

  private final World world;
  private final QueryRoutes queries;
  private final WriteRoutes writes;

  EntityRoutes(World world) {
    this.world = world;
    this.queries = new QueryRoutes(world);
    this.writes = new WriteRoutes(world);
  }

  Answer answer(Call call, SimulatedUser user, int requestCount) {
    int depth = call.segments().size();
    String name = call.segment(1);
    if (depth == 2 && name.equals("version")) {
      return get(
          call,
          Answer.object()
              .put("majorVersion", "2026")
              .put("minorVersion", "3")
              .put("build", "0.17"));
    }
    if (depth == 2 && name.equals("thresholdinformation")) {
      return get(call, threshold(requestCount));
    }
    EntityType type = EntityType.byPath(name).orElse(null);
    if (type == null) {
      return notFound(call);
    }
    return switch (call.segment(2)) {
      case "" -> writes.answer(call, user, type);
      case "query" -> queries.answer(call, user, type);
      case "entityinformation" -> metadata(call, type);
      default -> depth == 3 ? byId(call, user, type) : notFound(call);
    };
  }

  private ObjectNode threshold(int requestCount) {
    Switches switches = world.switches();
    int limit = switches.requestLimit();
    return Answer.object()
        .put("externalRequestThreshold", limit == 0 ? Switches.DEFAULTS.requestLimit() : limit)
        .put("requestThresholdTimeframe", switches.requestWindowMinutes())
        .put("currentTimeframeRequestCount", requestCount);
  }

  private Answer byId(Call call, SimulatedUser user, EntityType type) {
    if (!call.segment(2).matches("-?\\d{1,18}")) {
      return notFound(call);
    }
    long id = Long.parseLong(call.segment(2));
    ObjectNode row = world.rows.find(user, type, id, world.switches().rowsPerEntity());
    ObjectNode json = Answer.object();
    json.set("item", row == null ? json.nullNode() : row);
    return get(call, json);
  }

  private Answer metadata(Call call, EntityType type) {
    if (call.segments().size() == 3) {
      ObjectNode json = Answer.object();
      describe(json.putObject("info"), type);
      return get(call, json);
    }
    ObjectNode json = Answer.object();
    var fields = json.putArray("fields");
    switch (call.segment(3)) {
      case "fields" -> type.fields().forEach(field -> fields.add(field.describe()));
      case "userdefinedfields" -> {
        // the simulated tenants have defined none
      }
      default -> {
        return notFound(call);
      }
    }
    return call.segments().size() == 4 ? get(call, json) : notFound(call);
  }

  private static void describe(ObjectNode info, EntityType type) {
    boolean company = type == EntityType.COMPANIES;
    info.put("name", type.singular())
        .put("canCreate", type.isCreatable())
        .put("canDelete", false)
        .put("canQuery", true)
        .put("canUpdate", true)
        .put("userAccessForCreate", type.isCreatable() ? "All" : "None")
        .put("userAccessForDelete", "None")
        .put("userAccessForQuery", "All")
        .put("userAccessForUpdate", "All")
        .put("hasUserDefinedFields", company)
        .put("supportsWebhookCallouts", company);
  }

  private Answer notFound(Call call) {
    return Answer.notFound(world.switches().notFoundAnswer().equals("html"), call.path());
  }

  private static Answer get(Call call, ObjectNode json) {
    return call.method().equals("GET") ? Answer.ok(json) : Answer.methodNotAllowed(call.method());
  }
}
