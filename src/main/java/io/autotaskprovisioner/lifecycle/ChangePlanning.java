package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.provisioning.PlainText;
import io.autotaskprovisioner.provisioning.RequestValidation;
import io.autotaskprovisioner.secret.Mask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges what a caller wants into an instance and says whether its login must be proven anew.
 * Thread-safe; it touches nothing.
 *
 * <p>Name and tags are replaced where they are given. Our choice: the configuration is merged key
 * by key by PUT as by PATCH. The documented PUT sends name and tags alone and keeps the
 * configuration, the hosted service's own tests PUT an instance as GET showed it, and where no
 * configuration is echoed that is an empty one, which must not wipe the credentials. A key given as
 * null is unset.
 */
public final class ChangePlanning {

  private final ElementCatalogue catalogue;
  private final RequestValidation validation;

  ChangePlanning(ElementCatalogue catalogue, RequestValidation validation) {
    this.catalogue = catalogue;
    this.validation = validation;
  }

  /**
   * Checks the change against the instance.
   *
   * @throws ProvisioningException as {@code INVALID_REQUEST}, naming every fault that the change
   *     would bring; one that the instance had before keeps nobody from changing its tags
   */
  public PlannedChange plan(Instance base, InstanceChange change) {
    Element element = elementOf(base);
    requireSameElement(base, element, change.wanted());
    Instance after = merged(base, change);
    ProvisioningRequest request = request(after, change.wanted().externalAuthentication());
    requireNoNewFault(element, base, request);
    boolean verification = change.reAuthenticate() || !credentials(after).equals(credentials(base));
    return new PlannedChange(change, base, element, request, verification);
  }

  /**
   * The instance as the change makes it, the same version.
   *
   * @throws ProvisioningException as {@code INVALID_REQUEST} where a mask stands for no secret, or
   *     the configuration grew too large
   */
  Instance merged(Instance current, InstanceChange change) {
    ProvisioningRequest wanted = change.wanted();
    List<String> tags = wanted.tags();
    return current.with(
        wanted.name() == null ? current.name() : PlainText.of(wanted.name()),
        tags == null ? current.tags() : tags.stream().map(PlainText::of).toList(),
        configuration(elementOf(current), current, wanted));
  }

  /** What Autotask was asked with, or would be: user, secret, server and integration code. */
  List<@Nullable String> credentials(Instance instance) {
    Element element = elementOf(instance);
    List<@Nullable String> values = new ArrayList<>();
    for (String key : element.credentialKeys()) {
      String value = instance.configuration().get(key);
      values.add(value == null || value.isBlank() ? null : value);
    }
    return values;
  }

  private static Map<String, @Nullable String> configuration(
      Element element, Instance current, ProvisioningRequest wanted) {
    Map<String, @Nullable String> merged = new LinkedHashMap<>(current.configuration());
    List<String> nothingStored = new ArrayList<>();
    wanted
        .configuration()
        .forEach(
            (key, value) -> {
              if (!Mask.isMask(value) || !element.isSecret(key)) {
                merged.put(key, value);
              } else if (isEmpty(merged.get(key))) {
                nothingStored.add(key);
              }
            });
    if (!nothingStored.isEmpty()) {
      throw invalid(
          "%s stands for a stored secret, and none is stored for %s: give the secret."
              .formatted(Mask.MASK, String.join(", ", nothingStored)),
          nothingStored);
    }
    if (merged.size() > ProvisioningRequest.MAX_CONFIGURATION_KEYS) {
      throw invalid(
          "The configuration would have %d keys: %d are possible."
              .formatted(merged.size(), ProvisioningRequest.MAX_CONFIGURATION_KEYS),
          List.of("configuration"));
    }
    // Change by change it would come to 13 MB, which every list shows and every event holds.
    long characters = characters(merged);
    if (characters > ProvisioningRequest.MAX_CONFIGURATION_CHARACTERS
        && characters > characters(current.configuration())) {
      throw invalid(
          "The configuration would have %,d characters: it may grow to %,d."
              .formatted(characters, ProvisioningRequest.MAX_CONFIGURATION_CHARACTERS),
          List.of("configuration"));
    }
    return merged;
  }

  private static long characters(Map<String, @Nullable String> configuration) {
    return configuration.values().stream().filter(Objects::nonNull).mapToLong(String::length).sum();
  }

  private void requireSameElement(Instance base, Element element, ProvisioningRequest wanted) {
    String reference = wanted.element();
    boolean same =
        reference == null || catalogue.find(reference).filter(element::equals).isPresent();
    if (!same) {
      throw invalid(
          "Instance %d is of element %s (id %d) and stays so: leave element out, or provision another instance."
              .formatted(base.id(), element.key(), element.id()),
          List.of("element"));
    }
  }

  private void requireNoNewFault(Element element, Instance base, ProvisioningRequest request) {
    Map<String, String> faults = new LinkedHashMap<>(validation.faults(request, element));
    if (faults.isEmpty()) {
      return;
    }
    Map<String, String> before =
        validation.faults(request(base, base.externalAuthentication()), element);
    faults
        .entrySet()
        .removeIf(
            fault ->
                fault.getValue().equals(before.get(fault.getKey()))
                    && isAsBefore(fault.getKey(), base, request));
    if (!faults.isEmpty()) {
      Set<String> sentences = new LinkedHashSet<>(faults.values());
      throw invalid(String.join(" ", sentences), List.copyOf(faults.keySet()));
    }
  }

  private static boolean isAsBefore(String field, Instance base, ProvisioningRequest request) {
    return field.equals("name")
        ? Objects.equals(request.name(), base.name())
        : Objects.equals(request.configuration().get(field), base.configuration().get(field));
  }

  private static ProvisioningRequest request(Instance instance, String externalAuthentication) {
    return new ProvisioningRequest(
        instance.accountId(),
        null,
        instance.elementKey(),
        instance.name(),
        instance.tags(),
        instance.configuration(),
        externalAuthentication,
        null);
  }

  private Element elementOf(Instance instance) {
    return catalogue
        .find(instance.elementKey())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Instance %d is of element %s, which the catalogue lacks"
                        .formatted(instance.id(), instance.elementKey())));
  }

  private static boolean isEmpty(@Nullable String value) {
    return value == null || value.isEmpty();
  }

  private static ProvisioningException invalid(String message, List<String> fields) {
    return new ProvisioningException(Failure.of(FailureClass.INVALID_REQUEST, message), fields);
  }
}
