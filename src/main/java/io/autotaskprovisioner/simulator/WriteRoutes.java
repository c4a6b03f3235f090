package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * POST (new row), PATCH (what is given) and PUT (what is left out becomes null) on the collection,
 * the id in the body. Unknown and read-only fields are ignored without a word.
 */
final class WriteRoutes {

  private final World world;

  WriteRoutes(World world) {
    this.world = world;
  }

  Answer answer(Call call, SimulatedUser user, EntityType type) {
    String method = call.method();
    boolean creates = method.equals("POST") && type.isCreatable();
    if (!creates && !method.equals("PATCH") && !method.equals("PUT")) {
      return Answer.methodNotAllowed(method);
    }
    try {
      return write(user, type, read(call.body()), method);
    } catch (QueryException e) {
      return Answer.errors(500, String.valueOf(e.getMessage()));
    }
  }

  private Answer write(SimulatedUser user, EntityType type, ObjectNode body, String method) {
    ObjectNode row;
    if (method.equals("POST")) {
      require(body, type);
      row = SampleRows.empty(type).put("id", world.rows.nextId());
      if (type == EntityType.COMPANIES) {
        row.put("isActive", true).put("createDate", now());
      }
    } else {
      long id = Json.get(body, "id").asLong(-1);
      row = world.rows.find(user, type, id, world.switches().rowsPerEntity());
      if (row == null) {
        throw new QueryException("No matching records found.");
      }
    }
    copy(body, row, type, method.equals("PUT"));
    if (!world.rows.keep(user, type, row)) {
      throw new QueryException("The simulator keeps no more changes until it is reset.");
    }
    return Answer.ok(Answer.object().put("itemId", row.get("id").longValue()));
  }

  private void copy(ObjectNode body, ObjectNode row, EntityType type, boolean nullsOthers) {
    for (EntityField field : type.fields()) {
      JsonNode value = Json.get(body, field.name());
      if (field.writable() && (nullsOthers || !value.isMissingNode())) {
        row.set(field.name(), value.isMissingNode() ? row.nullNode() : value);
      }
    }
    JsonNode userDefined = Json.get(body, "userDefinedFields");
    if (row.has("userDefinedFields") && userDefined.isArray()) {
      row.set("userDefinedFields", userDefined);
    }
    if (type == EntityType.COMPANIES) {
      row.put("lastTrackedModifiedDateTime", now());
    }
  }

  private String now() {
    return world.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString();
  }

  private static void require(ObjectNode body, EntityType type) {
    for (EntityField field : type.fields()) {
      JsonNode value = Json.get(body, field.name());
      if (field.required() && (value.isMissingNode() || value.isNull())) {
        throw new QueryException("Missing Required Field: " + field.name() + ".");
      }
    }
  }

  private static ObjectNode read(String body) {
    try {
      if (ControlRoutes.MAPPER.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new QueryException("Unexpected character encountered while parsing value.");
    }
    throw new QueryException("The body is missing or no JSON object.");
  }
}
