package io.autotaskprovisioner.simulator;

/** A query that the service refuses; the message is the text of its {@code errors[]}. */
final class QueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  QueryException(String message) {
    super(message);
  }

  static QueryException unknownField(String name, EntityType type) {
    String shown = name.length() <= 100 ? name : name.substring(0, 100);
    return new QueryException(
        "Unable to find %s in the %s Entity.".formatted(shown, type.singular()));
  }
}
