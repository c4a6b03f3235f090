package io.autotaskprovisioner.movein;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.provisioning.RequestValidation;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Reads an instance as the hosted service showed it; fields that mean nothing here are passed over.
 * Thread-safe.
 */
final class InstanceReader {

  /**
   * Our choice: what is shorter could be guessed; the hosted service's had 43 characters and 44.
   */
  private static final int MIN_TOKEN = 20;

  private static final int MAX_TOKEN = 1_000;
  private static final int LAST_YEAR = 9999;

  /** Says what is wrong with one instance; the message never holds a value. */
  static final class UnfitException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String wayOut;

    UnfitException(String problem, String wayOut) {
      super(problem, null, false, false);
      this.wayOut = wayOut;
    }

    String wayOut() {
      return wayOut;
    }
  }

  private final ElementCatalogue catalogue;
  private final RequestNormalizer normalizer;
  private final RequestValidation validation;

  InstanceReader(
      ElementCatalogue catalogue, RequestNormalizer normalizer, RequestValidation validation) {
    this.catalogue = catalogue;
    this.normalizer = normalizer;
    this.validation = validation;
  }

  /**
   * Reads it with the credentials in its configuration.
   *
   * @throws UnfitException if no such instance can be stored
   */
  ImportedInstance read(
      JsonNode instance, Element element, ObjectNode configuration, int place, long accountId)
      throws UnfitException {
    Long id = id(instance.path("id"));
    String token = token(instance.path("token"));
    return new ImportedInstance(
        place,
        id,
        token,
        createdAt(instance.path("createdDate")),
        flag(instance, "disabled"),
        flag(instance, "traceLoggingEnabled"),
        request(instance, element, configuration, accountId));
  }

  /**
   * Reads what {@link ImportedInstance#json} wrote.
   *
   * @throws UnfitException if elements have changed meanwhile
   */
  ImportedInstance again(JsonNode stored, int place, long accountId) throws UnfitException {
    Element element =
        catalogue
            .find(stored.path("element").asText())
            .orElseThrow(() -> new UnfitException("Its element is known no more.", ""));
    return read(stored, element, (ObjectNode) stored.path("configuration"), place, accountId);
  }

  private ProvisioningRequest request(
      JsonNode instance, Element element, ObjectNode configuration, long accountId)
      throws UnfitException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("element", element.key());
    body.set("configuration", configuration);
    for (String field : new String[] {"name", "tags", "externalAuthentication"}) {
      if (instance.hasNonNull(field)) {
        body.set(field, instance.get(field));
      }
    }
    try {
      ProvisioningRequest request = normalizer.fromBody(body, accountId);
      validation.validated(request);
      return request;
    } catch (ProvisioningException e) {
      throw new UnfitException(
          e.failure().message(),
          "Give what is missing or masked in its credentials, as a field of that name (an empty"
              + " one takes the value away), and correct the rest in the file.");
    }
  }

  private static @Nullable Long id(JsonNode node) throws UnfitException {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() <= 0) {
      throw new UnfitException(
          "Its id is no positive whole number.", "Correct it, or leave it out to get another.");
    }
    return node.longValue();
  }

  private static String token(JsonNode node) throws UnfitException {
    String token = node.asText("");
    boolean usable =
        node.isTextual()
            && token.length() >= MIN_TOKEN
            && token.length() <= MAX_TOKEN
            && token.chars().allMatch(c -> c > ' ' && c < 127 && c != ',')
            && token.chars().anyMatch(c -> c != '*');
    if (!usable) {
      throw new UnfitException(
          "Its token is missing, shorter than %d characters, or nothing for a header."
              .formatted(MIN_TOKEN),
          "Export it again with its token, or leave it out and provision it anew.");
    }
    return token;
  }

  private static @Nullable Instant createdAt(JsonNode node) throws UnfitException {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(node.asText());
      if (time.getYear() > 0 && time.getYear() <= LAST_YEAR) {
        return time.toInstant();
      }
    } catch (DateTimeException ignored) {
      // told below, together with other years
    }
    throw new UnfitException(
        "Its createdDate is no time such as 2017-08-07T18:46:38Z.",
        "Correct it, or leave it out to have the time of the import.");
  }

  private static boolean flag(JsonNode instance, String field) throws UnfitException {
    JsonNode node = instance.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return false;
    }
    if (!node.isBoolean()) {
      throw new UnfitException(
          "Its %s is neither true nor false.".formatted(field), "Correct it, or leave it out.");
    }
    return node.booleanValue();
  }
}
