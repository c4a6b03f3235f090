package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Collects what is wrong with one request, so that its author learns everything at once. Names
 * fields and types, never values: a value may be a secret in the wrong place. Not thread-safe.
 */
final class FieldProblems {

  /** The journal keeps 2,000 characters of a failure's message. */
  private static final int MAX_NAMED = 10;

  private static final int MAX_FIELD_LENGTH = 100;

  private final List<String> problems = new ArrayList<>();
  private final Set<String> fields = new LinkedHashSet<>();

  void add(String field, String problem) {
    fields.add(shown(field));
    problems.add(problem);
  }

  /** The field has a value of another type than expected. */
  void wrongType(String field, String expected, JsonNode actual) {
    add(
        field,
        "%s must be %s, not %s"
            .formatted(
                shown(field),
                expected,
                article(actual.getNodeType().name().toLowerCase(Locale.ROOT))));
  }

  void tooLong(String field, int limit) {
    add(field, "%s must be a string of at most %,d characters".formatted(shown(field), limit));
  }

  /**
   * Ends the reading if anything was wrong.
   *
   * @throws ProvisioningException as {@code INVALID_REQUEST} with every problem in its message
   */
  void throwIfAny() {
    if (problems.isEmpty()) {
      return;
    }
    int more = problems.size() - MAX_NAMED;
    String message = String.join("; ", problems.subList(0, Math.min(MAX_NAMED, problems.size())));
    throw new ProvisioningException(
        Failure.of(
            FailureClass.INVALID_REQUEST,
            message + (more > 0 ? "; and %d more".formatted(more) : "") + "."),
        fields.stream().limit(MAX_NAMED).toList());
  }

  /** A field name as it may stand in a message: short, without control characters. */
  static String shown(String field) {
    String printable = field.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?");
    return printable.length() <= MAX_FIELD_LENGTH
        ? printable
        : printable.substring(0, MAX_FIELD_LENGTH) + "...";
  }

  private static String article(String type) {
    return switch (type) {
      case "array", "object" -> "an " + type;
      case "null" -> type;
      default -> "a " + type;
    };
  }
}
