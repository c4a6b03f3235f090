package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A query: {@code {maxRecords, includeFields, filter}}, names without regard to case.
 *
 * @param pageSize 1 to 500
 * @param fields names to give, as the entity spells them; empty for all
 * @param filter which rows
 */
record Query(int pageSize, List<String> fields, Predicate<ObjectNode> filter) {

  private static final int MAX_PAGE = 500;

  /**
   * Reads a query.
   *
   * @throws QueryException for what the service refuses
   */
  static Query read(String json, EntityType type) {
    JsonNode body;
    try {
      body = ControlRoutes.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new QueryException("Unexpected character encountered while parsing value.");
    }
    if (body == null || !body.isObject()) {
      throw new QueryException("The query is missing or no JSON object.");
    }
    return new Query(
        pageSize(Json.get(body, "maxRecords")),
        fields(Json.get(body, "includeFields"), type),
        Filter.of(Json.get(body, "filter"), type));
  }

  /** The row with the wanted fields; the id is always among them. */
  ObjectNode project(ObjectNode row) {
    if (fields.isEmpty()) {
      return row;
    }
    ObjectNode some = Answer.object();
    some.set("id", row.get("id"));
    fields.forEach(name -> some.set(name, row.get(name)));
    if (row.has("userDefinedFields")) {
      some.set("userDefinedFields", row.get("userDefinedFields"));
    }
    return some;
  }

  private static int pageSize(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return MAX_PAGE;
    }
    int size = node.asInt(0);
    if (size < 1 || size > MAX_PAGE) {
      throw new QueryException("maxCountOfRecordsToReturn must be between 1 and 500");
    }
    return size;
  }

  private static List<String> fields(JsonNode names, EntityType type) {
    List<String> fields = new ArrayList<>();
    for (JsonNode name : names) {
      fields.add(
          type.field(name.asText())
              .map(EntityField::name)
              .orElseThrow(() -> QueryException.unknownField(name.asText(), type)));
    }
    return fields.stream().distinct().toList();
  }
}
