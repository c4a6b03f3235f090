package io.autotaskprovisioner.delivery;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A webhook that wants events.
 *
 * @param name unique; letters a to z, digits and hyphens
 * @param webhook where events are posted; may hold a secret in its query, so it is never shown
 * @param secrets at least one; each signs every post
 * @param eventTypes the types it wants; empty means all
 * @param includeToken whether the instance's token is put in at sending
 * @param concurrency posts under way at once, at least 1
 * @param timeout how long one attempt may take, connecting included
 */
record Destination(
    String name,
    URI webhook,
    List<SigningSecret> secrets,
    Set<String> eventTypes,
    boolean includeToken,
    int concurrency,
    Duration timeout) {

  Destination {
    secrets = List.copyOf(secrets);
    eventTypes = Set.copyOf(eventTypes);
    if (secrets.isEmpty() || concurrency < 1) {
      throw new IllegalArgumentException(
          "A destination has a secret and at least one post at once");
    }
  }

  boolean wants(String eventType) {
    return eventTypes.isEmpty() || eventTypes.contains(eventType);
  }

  /** The value of {@code webhook-signature}: one signature per secret, separated by spaces. */
  String signatures(String id, long timestamp, byte[] body) {
    return secrets.stream()
        .map(secret -> secret.sign(id, timestamp, body))
        .collect(Collectors.joining(" "));
  }

  @Override
  public String toString() {
    return "Destination[%s, host=%s]".formatted(name, webhook.getHost());
  }
}
