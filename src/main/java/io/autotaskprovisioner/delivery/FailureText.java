package io.autotaskprovisioner.delivery;

import java.sql.SQLException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Says why an attempt failed, in one line that may be stored and shown: foreign messages quote URIs
 * with passwords, and sometimes the event itself, which may hold a token. Thread-safe.
 */
final class FailureText {

  /** How each envelope begins; a message that quotes it is cut off there. */
  private static final String ENVELOPE = "{\"specversion";

  private final UnaryOperator<String> mask;

  /**
   * @param mask takes the destination's own secrets out of a text
   */
  FailureText(UnaryOperator<String> mask) {
    this.mask = mask;
  }

  String describe(Throwable failure) {
    Optional<String> known = ConnectionFailure.known(failure);
    if (known.isPresent()) {
      return known.get();
    }
    Throwable telling = telling(failure);
    if (telling instanceof SQLException refused) {
      return describe(refused);
    }
    if (telling instanceof LinkageError || telling instanceof ClassNotFoundException) {
      return "A class cannot be loaded (%s): put all dependencies of the component into ext/"
          .formatted(clean(telling.getMessage()));
    }
    return telling.getMessage() == null
        ? "The endpoint failed (%s)".formatted(telling.getClass().getSimpleName())
        : "%s: %s".formatted(telling.getClass().getSimpleName(), clean(telling.getMessage()));
  }

  /** Classes 22 and 23 speak of values, and quote them. */
  private String describe(SQLException refused) {
    String state = String.valueOf(refused.getSQLState());
    if (state.startsWith("22") || state.startsWith("23")) {
      return "The row does not fit the table (SQLState %s)".formatted(state);
    }
    return "The database refused (SQLState %s): %s"
        .formatted(state, clean(String.valueOf(refused.getMessage())));
  }

  /** The innermost cause that says something; what wraps it mostly repeats the URI. */
  private static Throwable telling(Throwable failure) {
    Throwable telling = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        telling = cause;
      }
    }
    return telling;
  }

  private String clean(String message) {
    int envelope = message.indexOf(ENVELOPE);
    String shown = envelope < 0 ? message : message.substring(0, envelope) + "…";
    return mask.apply(shown.lines().findFirst().orElse("").strip());
  }
}
