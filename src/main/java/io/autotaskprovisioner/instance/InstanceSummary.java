package io.autotaskprovisioner.instance;

import java.time.Instant;
import java.util.List;

/**
 * An instance without its configuration: what is read when nobody wants that, with no secret but
 * the token opened. Immutable; {@link #toString} shows no token.
 */
public record InstanceSummary(
    long id,
    long accountId,
    String elementKey,
    String name,
    String token,
    List<String> tags,
    String externalAuthentication,
    boolean valid,
    boolean disabled,
    boolean traceLoggingEnabled,
    Instant createdAt) {

  public InstanceSummary {
    tags = List.copyOf(tags);
  }

  @Override
  public String toString() {
    return "InstanceSummary[id=%d, account=%d, element=%s, name=%s]"
        .formatted(id, accountId, elementKey, name);
  }
}
