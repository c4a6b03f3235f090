package io.autotaskprovisioner.instance;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One element instance with its secrets in clear. Immutable and thread-safe; {@link #toString}
 * shows no secret.
 *
 * @param requestKey the idempotency key that made it, unique per account; null where there was none
 * @param token the bearer value that stands for the instance; random, unguessable
 * @param configuration every configuration value as given, secrets in clear
 * @param createdAt whole seconds
 * @param version rises with every change
 */
public record Instance(
    long id,
    long accountId,
    @Nullable String requestKey,
    String elementKey,
    String name,
    String token,
    List<String> tags,
    Map<String, @Nullable String> configuration,
    String externalAuthentication,
    boolean valid,
    boolean disabled,
    boolean traceLoggingEnabled,
    TenantDetails tenant,
    Instant createdAt,
    Instant updatedAt,
    int version) {

  public Instance {
    tags = List.copyOf(tags);
    configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
  }

  /** The instance after a verification that changed whether it is valid; the next version. */
  public Instance verified(boolean nowValid, Instant changedAt, TenantDetails said) {
    return new Instance(
        id,
        accountId,
        requestKey,
        elementKey,
        name,
        token,
        tags,
        configuration,
        externalAuthentication,
        nowValid,
        disabled,
        traceLoggingEnabled,
        said,
        createdAt,
        changedAt,
        version + 1);
  }

  /** The same with what was learnt of its tenant since. */
  public Instance with(TenantFacts facts) {
    return new Instance(
        id,
        accountId,
        requestKey,
        elementKey,
        name,
        token,
        tags,
        configuration,
        externalAuthentication,
        valid,
        disabled,
        traceLoggingEnabled,
        tenant.with(facts),
        createdAt,
        updatedAt,
        version);
  }

  @Override
  public String toString() {
    return "Instance[id=%d, account=%d, element=%s, name=%s]"
        .formatted(id, accountId, elementKey, name);
  }
}
