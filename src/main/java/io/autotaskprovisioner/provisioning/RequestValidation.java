package io.autotaskprovisioner.provisioning;

import static io.autotaskprovisioner.provisioning.ProvisioningProperties.ELEMENT;
import static io.autotaskprovisioner.provisioning.ProvisioningProperties.VERIFICATION;

import io.autotaskprovisioner.element.ConfigurationEntry;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.secret.Mask;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Validates the request against its element before anything is sent anywhere, naming every fault at
 * once. Leaves the body as it is. Thread-safe.
 */
public final class RequestValidation implements Processor {

  private static final Pattern URL_WITH_USER_INFO =
      Pattern.compile("^\\s*[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\\s]*@");

  private static final Pattern BOOLEAN = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);

  private final ElementCatalogue catalogue;

  public RequestValidation(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public void process(Exchange exchange) {
    Element element = validated(exchange.getMessage().getBody(ProvisioningRequest.class));
    exchange.setProperty(ELEMENT, element);
    exchange.setProperty(VERIFICATION, element.verification());
  }

  /**
   * The element of a request that can be worked on.
   *
   * @throws ProvisioningException as {@code INVALID_REQUEST} or {@code UNKNOWN_ELEMENT}, naming
   *     every fault and its field, never a value
   */
  public Element validated(ProvisioningRequest request) {
    Element element = elementOf(request);
    Map<String, String> faults = faults(request, element);
    if (!faults.isEmpty()) {
      throw invalid(String.join(" ", new LinkedHashSet<>(faults.values())), faults.keySet());
    }
    return element;
  }

  private Element elementOf(ProvisioningRequest request) {
    String reference = request.element();
    if (reference == null || reference.isBlank()) {
      throw invalid(
          "The element is missing: give element.key, such as %s."
              .formatted(ElementCatalogue.DEFAULT_ELEMENT),
          List.of("element"));
    }
    return catalogue
        .find(reference)
        .orElseThrow(
            () ->
                new ProvisioningException(
                    Failure.of(
                        FailureClass.UNKNOWN_ELEMENT, "No element found with key " + reference),
                    List.of("element")));
  }

  /** What is wrong with each field or configuration key; one sentence may speak of several. */
  public Map<String, String> faults(ProvisioningRequest request, Element element) {
    Map<String, String> faults = new LinkedHashMap<>();
    String name = request.name();
    if (name == null || PlainText.of(name).isBlank()) {
      faults.put("name", "The name is missing.");
    }
    addMissing(request, element, faults);
    addUnusable(request, element, faults);
    EventConfiguration.faults(request.configuration(), element).forEach(faults::putIfAbsent);
    String externalAuthentication = request.externalAuthentication();
    if (!externalAuthentication.equals(ProvisioningRequest.NO_EXTERNAL_AUTHENTICATION)) {
      // Our choice: "initial" skips the provider's check for OAuth imports, and an instance whose
      // credentials nobody proved must not exist.
      faults.put(
          "externalAuthentication",
          "externalAuthentication must be none for %s, whose credentials are always verified."
              .formatted(element.key()));
    }
    return faults;
  }

  private static void addMissing(
      ProvisioningRequest request, Element element, Map<String, String> faults) {
    List<String> missing =
        element.configuration().stream()
            .filter(ConfigurationEntry::required)
            .map(ConfigurationEntry::key)
            .filter(key -> isBlank(request.configuration().get(key)))
            .toList();
    if (!missing.isEmpty()) {
      String sentence = "Required configuration is missing: " + String.join(", ", missing) + ".";
      missing.forEach(key -> faults.put(key, sentence));
    }
  }

  private static void addUnusable(
      ProvisioningRequest request, Element element, Map<String, String> faults) {
    request
        .configuration()
        .forEach(
            (key, value) -> {
              if (Mask.isMask(value) && element.isSecret(key)) {
                faults.put(key, "The value of %s is only a mask: give the secret.".formatted(key));
              }
              if (value != null
                  && !element.isSecret(key)
                  && URL_WITH_USER_INFO.matcher(value).find()) {
                // It would be echoed and delivered in clear.
                faults.put(
                    key, "The URL in %s must not hold a user name or password.".formatted(key));
              }
            });
    element.configuration().stream()
        .filter(ConfigurationEntry::isBoolean)
        .map(ConfigurationEntry::key)
        .filter(key -> !isBlank(request.configuration().get(key)))
        .filter(key -> !BOOLEAN.matcher(request.configuration().get(key)).matches())
        .forEach(key -> faults.put(key, "%s must be true or false.".formatted(key)));
  }

  private static boolean isBlank(String value) {
    return value == null || value.isBlank();
  }

  private static ProvisioningException invalid(String message, Collection<String> fields) {
    return new ProvisioningException(
        Failure.of(FailureClass.INVALID_REQUEST, message), List.copyOf(fields));
  }
}
