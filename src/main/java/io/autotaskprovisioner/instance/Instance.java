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
    return with(nowValid, said).next(changedAt);
  }

  /** The same version with another validity and what Autotask said. */
  public Instance with(boolean nowValid, TenantDetails said) {
    return copy(
        name,
        tags,
        configuration,
        nowValid,
        disabled,
        traceLoggingEnabled,
        said,
        updatedAt,
        version);
  }

  /** The same version with what callers may choose. */
  public Instance with(
      String newName, List<String> newTags, Map<String, @Nullable String> newConfiguration) {
    return copy(
        newName,
        newTags,
        newConfiguration,
        valid,
        disabled,
        traceLoggingEnabled,
        tenant,
        updatedAt,
        version);
  }

  /** The same version, disabled or not. */
  public Instance withDisabled(boolean nowDisabled) {
    return copy(
        name,
        tags,
        configuration,
        valid,
        nowDisabled,
        traceLoggingEnabled,
        tenant,
        updatedAt,
        version);
  }

  /** The same version with the trace logging flag. */
  public Instance withTraceLogging(boolean enabled) {
    return copy(name, tags, configuration, valid, disabled, enabled, tenant, updatedAt, version);
  }

  /** The same with another id. */
  public Instance withId(long newId) {
    return new Instance(
        newId,
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
        tenant,
        createdAt,
        updatedAt,
        version);
  }

  /** The same with what was learnt of its tenant since. */
  public Instance with(TenantFacts facts) {
    return copy(
        name,
        tags,
        configuration,
        valid,
        disabled,
        traceLoggingEnabled,
        tenant.with(facts),
        updatedAt,
        version);
  }

  /** The next version. */
  public Instance next(Instant changedAt) {
    return copy(
        name,
        tags,
        configuration,
        valid,
        disabled,
        traceLoggingEnabled,
        tenant,
        changedAt,
        version + 1);
  }

  private Instance copy(
      String newName,
      List<String> newTags,
      Map<String, @Nullable String> newConfiguration,
      boolean nowValid,
      boolean nowDisabled,
      boolean nowTraced,
      TenantDetails newTenant,
      Instant changedAt,
      int newVersion) {
    return new Instance(
        id,
        accountId,
        requestKey,
        elementKey,
        newName,
        token,
        newTags,
        newConfiguration,
        externalAuthentication,
        nowValid,
        nowDisabled,
        nowTraced,
        newTenant,
        createdAt,
        changedAt,
        newVersion);
  }

  @Override
  public String toString() {
    return "Instance[id=%d, account=%d, element=%s, name=%s]"
        .formatted(id, accountId, elementKey, name);
  }
}
