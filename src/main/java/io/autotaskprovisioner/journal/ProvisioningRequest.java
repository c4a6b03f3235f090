package io.autotaskprovisioner.journal;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to provision an instance, as any door hands it in: well-formed, not yet validated.
 * Immutable and thread-safe. Its configuration holds secrets, so {@link #toString} leaves the
 * values out.
 *
 * @param accountId the account that will own the instance
 * @param requestId the caller's own id of the request
 * @param element the element's key or id; null where the caller gave none
 * @param name the instance's name; null where the caller gave none
 * @param tags null where the caller gave none, which is not the same as an empty list
 * @param configuration flat, dotted keys in the caller's order; a value may be null
 * @param externalAuthentication {@code none} unless the caller asked for something else
 * @param notBefore the earliest time to work on it; null is now
 */
public record ProvisioningRequest(
    long accountId,
    @Nullable String requestId,
    @Nullable String element,
    @Nullable String name,
    @Nullable List<String> tags,
    Map<String, @Nullable String> configuration,
    String externalAuthentication,
    @Nullable Instant notBefore) {

  public static final String NO_EXTERNAL_AUTHENTICATION = "none";

  /** Our choice: how many configuration keys an instance has at most. */
  public static final int MAX_CONFIGURATION_KEYS = 200;

  /**
   * Our choice: to how many characters all values together may grow by changes: what one POST has.
   */
  public static final int MAX_CONFIGURATION_CHARACTERS = 1_000_000;

  public ProvisioningRequest {
    tags = tags == null ? null : List.copyOf(tags);
    configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
  }

  public ProvisioningRequest withElement(String newElement) {
    return new ProvisioningRequest(
        accountId,
        requestId,
        newElement,
        name,
        tags,
        configuration,
        externalAuthentication,
        notBefore);
  }

  public ProvisioningRequest withConfiguration(Map<String, @Nullable String> newConfiguration) {
    return new ProvisioningRequest(
        accountId,
        requestId,
        element,
        name,
        tags,
        newConfiguration,
        externalAuthentication,
        notBefore);
  }

  @Override
  public String toString() {
    Set<String> keys = configuration.keySet();
    return "ProvisioningRequest[account=%d, requestId=%s, element=%s, name=%s, configuration keys=%s]"
        .formatted(accountId, requestId, element, name, keys);
  }
}
