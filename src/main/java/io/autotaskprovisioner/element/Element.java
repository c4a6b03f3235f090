package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is constant about an element, read from one data file. Immutable and thread-safe.
 *
 * @param id the id that replies carry; 8152 for Autotask Finance (the published sample)
 * @param aliasIds further ids that callers may use for it in paths
 * @param key such as {@code autotaskfinance}
 * @param hub such as {@code finance}: the prefix of its configuration keys
 * @param verification names the route {@code direct:verify-<name>} that proves its credentials
 * @param userNameKey the configuration key of the login
 * @param passwordKey the configuration key of the secret
 * @param serverUrlKey the configuration key of the zone URL
 * @param integrationCodeKey the configuration key of the tracking identifier
 * @param credentialDomain below which the hosts of the provider lie, such as {@code example.com},
 *     for routes that call by plain {@code http} steps; null where the route has rules of its own
 * @param configuration every configuration entry it knows, in display order
 * @param descriptor the element block of an instance, in the published sample's order; treat as
 *     read-only
 * @param resources what its tokens lead to
 */
public record Element(
    long id,
    List<Long> aliasIds,
    String key,
    String hub,
    String verification,
    String userNameKey,
    String passwordKey,
    String serverUrlKey,
    String integrationCodeKey,
    @Nullable String credentialDomain,
    List<ConfigurationEntry> configuration,
    ObjectNode descriptor,
    ElementResources resources) {

  public Element {
    aliasIds = List.copyOf(aliasIds);
    configuration = List.copyOf(configuration);
  }

  /** The entry of the key, if the element knows it; unknown keys are legal in a request. */
  public Optional<ConfigurationEntry> entry(String configurationKey) {
    return configuration.stream().filter(entry -> entry.key().equals(configurationKey)).findFirst();
  }

  /**
   * The configuration keys that the provider is asked with: it must accept them anew when changed.
   */
  public List<String> credentialKeys() {
    return List.of(userNameKey, passwordKey, serverUrlKey, integrationCodeKey);
  }

  /** Whether the value under this key is a secret and must only ever be shown masked. */
  public boolean isSecret(String configurationKey) {
    return entry(configurationKey).map(ConfigurationEntry::isSecret).orElse(false)
        || SecretKeys.looksSecret(configurationKey);
  }
}
