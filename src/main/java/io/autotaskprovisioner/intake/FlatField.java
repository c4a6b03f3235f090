package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.element.Element;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The fields of a flat record: what a CSV header may call its columns, and what a JSON record may
 * carry beside or instead of {@code configuration}.
 *
 * <p>In a header, case, blanks, {@code _} and {@code -} do not count, and the aliases are accepted
 * too. In JSON only the plain name counts.
 */
enum FlatField {
  NAME("name", "instance", "instanceName"),
  USERNAME("username", "user", "login", "apiUser"),
  PASSWORD("password", "pass", "secret", "apiSecret"),
  SERVER_URL("serverUrl", "server", "url", "zoneUrl"),
  ELEMENT("element", "elementKey", "elementId"),
  INTEGRATION_CODE("integrationCode", "apiIntegrationCode", "trackingIdentifier"),
  TAGS("tags", "tag", "labels"),
  REQUEST_ID("requestId", "request", "reference"),
  NOT_BEFORE("notBefore", "startAt"),
  EXTERNAL_AUTHENTICATION("externalAuthentication"),
  /** Stands in result files, so that they can be corrected and dropped as they are; not read. */
  FAILURE_CLASS("failureClass"),
  /** As {@link #FAILURE_CLASS}. */
  REASON("reason");

  private static final Map<String, FlatField> BY_HEADER = new HashMap<>();

  static {
    for (FlatField field : values()) {
      BY_HEADER.put(folded(field.fieldName), field);
      field.aliases.forEach(alias -> BY_HEADER.put(folded(alias), field));
    }
  }

  /** The fields that stand for a configuration key of the element. */
  static final List<FlatField> CONFIGURATION =
      List.of(USERNAME, PASSWORD, SERVER_URL, INTEGRATION_CODE);

  private final String fieldName;
  private final List<String> aliases;

  FlatField(String fieldName, String... aliases) {
    this.fieldName = fieldName;
    this.aliases = List.of(aliases);
  }

  /** The name in JSON, and the first name in a header. */
  String fieldName() {
    return fieldName;
  }

  /** The element's configuration key that the field stands for. */
  String configurationKey(Element element) {
    return switch (this) {
      case USERNAME -> element.userNameKey();
      case PASSWORD -> element.passwordKey();
      case SERVER_URL -> element.serverUrlKey();
      case INTEGRATION_CODE -> element.integrationCodeKey();
      default -> throw new IllegalStateException(this + " stands for no configuration key");
    };
  }

  /** The field that a header cell means. */
  static Optional<FlatField> ofHeader(String header) {
    return Optional.ofNullable(BY_HEADER.get(folded(header)));
  }

  /** What header cells are compared by. */
  static String folded(String header) {
    return header.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "");
  }

  static List<String> fieldNames() {
    return Arrays.stream(values()).map(FlatField::fieldName).collect(Collectors.toList());
  }
}
