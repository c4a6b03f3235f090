package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One condition on a field. As in SQL, null matches no comparison but {@code notExist}. */
final class Comparison {

  /** Lower case; anything else is unknown to the service. */
  static final Set<String> OPERATORS =
      Set.of(
          "eq",
          "noteq",
          "gt",
          "gte",
          "lt",
          "lte",
          "beginswith",
          "endswith",
          "contains",
          "exist",
          "notexist",
          "in",
          "notin");

  private final String operator;
  private final EntityField field;
  private final List<Comparable<?>> values = new ArrayList<>();

  Comparison(String operator, EntityField field, JsonNode value) {
    this.operator = operator;
    this.field = field;
    if (value.isArray()) {
      value.forEach(item -> values.add(key(item)));
    } else if (!value.isNull()) {
      values.add(key(value));
    }
  }

  boolean matches(JsonNode cell) {
    boolean absent = cell.isNull() || cell.isMissingNode();
    if (operator.equals("exist") || operator.equals("notexist")) {
      return absent == operator.equals("notexist");
    }
    if (absent) {
      return operator.equals("eq") && values.isEmpty();
    }
    Comparable<?> actual = key(cell);
    return switch (operator) {
      case "in" -> values.contains(actual);
      case "notin" -> !values.contains(actual);
      case "noteq" -> values.isEmpty() || !actual.equals(values.get(0));
      default -> !values.isEmpty() && ordered(actual, values.get(0));
    };
  }

  private boolean ordered(Comparable<?> actual, Comparable<?> wanted) {
    int order = compare(actual, wanted);
    return switch (operator) {
      case "eq" -> order == 0;
      case "gt" -> order > 0;
      case "gte" -> order >= 0;
      case "lt" -> order < 0;
      case "lte" -> order <= 0;
      case "beginswith" -> actual.toString().startsWith(wanted.toString());
      case "endswith" -> actual.toString().endsWith(wanted.toString());
      default -> actual.toString().contains(wanted.toString());
    };
  }

  /** Both sides come from {@link #key} of the same field and so have the same type. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compare(Comparable actual, Comparable wanted) {
    return actual.compareTo(wanted);
  }

  /** A value in the type of the field, ready to be compared. */
  private Comparable<?> key(JsonNode value) {
    String text = value.asText();
    try {
      if (field.isNumber()) {
        if (value.isNumber() || value.isTextual()) {
          return new BigDecimal(text.strip()).stripTrailingZeros();
        }
        throw conversion(text, field.type() == 'd' ? "float" : "int");
      }
      return switch (field.type()) {
        case 'b' -> bool(value);
        case 't' -> instant(text);
        default -> text.toLowerCase(Locale.ROOT);
      };
    } catch (NumberFormatException e) {
      throw conversion(text, field.type() == 'd' ? "float" : "int");
    } catch (DateTimeParseException e) {
      throw conversion(text, "datetime");
    }
  }

  private static Boolean bool(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    throw conversion(value.asText(), "bit");
  }

  /** UTC where no offset is given. */
  private static Instant instant(String text) {
    if (text.length() == 10) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    boolean offset = text.endsWith("Z") || text.matches(".*T.*[+-]\\d\\d:?\\d\\d");
    return offset
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  private static QueryException conversion(String text, String type) {
    String shown = text.length() <= 50 ? text : text.substring(0, 50);
    return new QueryException(
        "Conversion failed when converting the value '%s' to data type %s.".formatted(shown, type));
  }
}
