package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Users in the control's JSON. A secret goes in and never comes out. */
final class UserControl {

  private static final List<String> NAMES =
      List.of(
          "secret", "ci", "zone", "active", "apiUser", "companyName", "deniedEntities", "locked");
  private static final int FIRST_NEW_CI = 50_000;

  private final World world;

  UserControl(World world) {
    this.world = world;
  }

  Answer list(int offset, int limit) {
    ObjectNode json = Answer.object();
    var array = json.putArray("users");
    world.users.stored().stream()
        .skip(offset)
        .limit(Math.min(limit, 1000))
        .forEach(user -> array.add(write(user)));
    json.put("stored", world.users.stored().size());
    json.put("pattern", "user-<n>@customer-<n>.example, secret secret-<n>, n from 1 to 1000000");
    return Answer.ok(json);
  }

  Answer one(String method, String login, Supplier<ObjectNode> body) {
    return switch (method) {
      case "GET" ->
          world
              .users
              .find(login)
              .map(user -> Answer.ok(write(user)))
              .orElseGet(() -> ControlRoutes.error(404, "There is no such user"));
      case "PUT" -> Answer.ok(write(change(login, body.get())));
      case "DELETE" -> {
        world.lockouts.unlock(login);
        yield world.users.remove(login)
            ? Answer.ok(Answer.object().put("removed", true))
            : ControlRoutes.error(404, "There is no such stored user");
      }
      default -> ControlRoutes.notAllowed(method);
    };
  }

  /** What the body leaves out stays; a new user needs a secret. */
  private SimulatedUser change(String login, ObjectNode body) {
    JsonFields fields = JsonFields.of(body, "field of a user", NAMES);
    SimulatedUser old = world.users.find(login).orElse(null);
    if (old == null && !fields.has("secret")) {
      throw new IllegalArgumentException("A new user needs a secret");
    }
    SimulatedUser before =
        old != null
            ? old
            : new SimulatedUser(
                login,
                "",
                FIRST_NEW_CI + Math.floorMod(Users.key(login).hashCode(), 49_000),
                login);
    SimulatedUser after =
        new SimulatedUser(
            before.login(),
            fields.text("secret", before.secret()),
            fields.number("ci", before.ci()),
            fields.number("zone", before.zone()),
            fields.flag("active", before.active()),
            fields.flag("apiUser", before.apiUser()),
            fields.text("companyName", before.companyName()),
            fields.has("deniedEntities")
                ? entities(fields.get("deniedEntities"))
                : before.deniedEntities());
    boolean locked = fields.flag("locked", isLocked(after));
    world.users.put(after);
    if (locked && !isLocked(after)) {
      world.lockouts.lock(after.login());
    } else if (fields.has("locked") && !locked) {
      world.lockouts.unlock(after.login());
    }
    return after;
  }

  private static Set<String> entities(JsonNode node) {
    Set<String> names = new HashSet<>();
    if (!node.isArray()) {
      throw new IllegalArgumentException("deniedEntities has to be an array of texts");
    }
    node.forEach(name -> names.add(name.asText()));
    return names;
  }

  private boolean isLocked(SimulatedUser user) {
    return world.lockouts.isLocked(user.login(), world.switches().unlockAfterSeconds());
  }

  private ObjectNode write(SimulatedUser user) {
    ObjectNode json =
        Answer.object()
            .put("login", user.login())
            .put("secret", "********")
            .put("ci", user.ci())
            .put("zone", user.zone())
            .put("active", user.active())
            .put("apiUser", user.apiUser())
            .put("companyName", user.companyName());
    json.set("deniedEntities", ControlRoutes.MAPPER.valueToTree(user.deniedEntities()));
    return json.put("locked", isLocked(user))
        .put("failures", world.lockouts.failures(user.login()))
        .put("requestCount", world.usage.count(user.ci(), world.switches().requestWindowMinutes()));
  }
}
