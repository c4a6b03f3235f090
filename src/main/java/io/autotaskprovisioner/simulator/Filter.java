package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The filter of a query as a predicate over rows. A flat array is an AND. An unknown operator is
 * silently dropped, so that the query gives more rows than meant: the service does so.
 */
final class Filter {

  private static final int MAX_OR = 500;
  private static final Predicate<ObjectNode> NONE = row -> false;

  private final EntityType type;
  private int orConditions;

  private Filter(EntityType type) {
    this.type = type;
  }

  /**
   * Reads the filter array.
   *
   * @throws QueryException for an unknown field or too many OR conditions
   */
  static Predicate<ObjectNode> of(JsonNode filter, EntityType type) {
    if (!filter.isArray() || filter.isEmpty()) {
      throw new QueryException("The filter of the query is missing or empty.");
    }
    Filter reader = new Filter(type);
    List<Predicate<ObjectNode>> parts = reader.all(filter, false);
    return row -> parts.stream().allMatch(part -> part.test(row));
  }

  private List<Predicate<ObjectNode>> all(JsonNode items, boolean or) {
    List<Predicate<ObjectNode>> parts = new ArrayList<>();
    for (JsonNode item : items) {
      if (or) {
        countOr(1);
      }
      Predicate<ObjectNode> part = one(item);
      if (part != null) {
        parts.add(part);
      }
    }
    return parts;
  }

  private @org.jspecify.annotations.Nullable Predicate<ObjectNode> one(JsonNode item) {
    String operator = Json.get(item, "op").asText("").toLowerCase(Locale.ROOT);
    if (operator.equals("and") || operator.equals("or")) {
      boolean or = operator.equals("or");
      List<Predicate<ObjectNode>> parts = all(Json.get(item, "items"), or);
      if (parts.isEmpty()) {
        return null;
      }
      return or
          ? row -> parts.stream().anyMatch(part -> part.test(row))
          : row -> parts.stream().allMatch(part -> part.test(row));
    }
    if (!Comparison.OPERATORS.contains(operator)) {
      return null;
    }
    if (Json.get(item, "udf").asBoolean(false)) {
      return operator.equals("notexist") ? row -> true : NONE;
    }
    String name = Json.get(item, "field").asText("");
    EntityField field =
        type.field(name)
            .filter(EntityField::queryable)
            .orElseThrow(() -> QueryException.unknownField(name, type));
    JsonNode value = Json.get(item, "value");
    if (operator.equals("in") || operator.equals("notin")) {
      countOr(value.size());
    }
    Comparison comparison =
        new Comparison(operator, field, value.isMissingNode() ? NullNode.instance : value);
    return row -> comparison.matches(row.path(field.name()));
  }

  private void countOr(int more) {
    orConditions += more;
    if (orConditions > MAX_OR) {
      throw new QueryException(
          "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions.");
    }
  }
}
