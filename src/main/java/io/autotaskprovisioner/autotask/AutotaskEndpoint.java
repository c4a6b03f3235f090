package io.autotaskprovisioner.autotask;

import java.util.Arrays;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Verify a login at Autotask: find its zone, prove the credentials, read the tenant's limits. Or
 * read rows of an entity with it.
 *
 * <p>{@code autotask:verify}: in {@link LoginCredentials} as the body, or whatever the {@code
 * credentials} option can read; out {@link VerifiedLogin} as the body. {@code autotask:query}: in
 * an {@link EntityQuery}, out {@link EntityRows}. A failure is an {@link AutotaskException} on the
 * exchange.
 */
@UriEndpoint(
    firstVersion = "1.0.0",
    scheme = "autotask",
    title = "Autotask",
    syntax = "autotask:operation",
    producerOnly = true,
    category = {Category.SAAS})
public final class AutotaskEndpoint extends DefaultEndpoint {

  /**
   * Exchange property, a {@link java.time.Instant}: when the caller gives up. Every wait ends by
   * then. Absent: 60 seconds from now.
   */
  public static final String DEADLINE = "autotaskDeadline";

  static final String VERIFY = "verify";
  static final String QUERY = "query";

  @UriPath(
      enums = VERIFY + "," + QUERY,
      description =
          "What to do: verify proves a login and answers what Autotask says of it; query reads rows"
              + " of an entity by rising id.")
  @Metadata(required = true)
  private final String operation;

  @UriParam private final AutotaskConfiguration configuration;

  private final AutotaskComponent component;

  AutotaskEndpoint(
      String uri,
      AutotaskComponent component,
      String operation,
      AutotaskConfiguration configuration) {
    super(uri, component);
    if (!VERIFY.equals(operation) && !QUERY.equals(operation)) {
      throw new IllegalArgumentException(
          "The autotask component knows no operation '%s': use autotask:verify or autotask:query"
              .formatted(operation));
    }
    this.component = component;
    this.operation = operation;
    this.configuration = configuration;
  }

  public String getOperation() {
    return operation;
  }

  public AutotaskConfiguration getConfiguration() {
    return configuration;
  }

  @Override
  public Producer createProducer() {
    return QUERY.equals(operation) ? new QueryProducer(this) : new VerifyProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new UnsupportedOperationException("autotask is a producer only");
  }

  @Override
  public boolean isSingletonProducer() {
    return true;
  }

  AutotaskComponent.Shared shared() {
    return component.shared();
  }

  LoginVerifier verifier() {
    AutotaskComponent.Shared shared = shared();
    return new LoginVerifier(
        guardedCalls(),
        shared.reader(),
        shared.pauses(),
        configuration.getThresholdPausePercent(),
        shared.clock());
  }

  EntityQueries queries() {
    return new EntityQueries(guardedCalls(), shared().reader());
  }

  private GuardedCalls guardedCalls() {
    AutotaskComponent.Shared shared = shared();
    HostRules hosts = hostRules(configuration.getAllowedOrigins());
    ZoneDirectory zones =
        new ZoneDirectory(
            HostRules.discoveryAddress(configuration.getDiscoveryUrl()),
            hosts,
            shared.calls(),
            shared.reader(),
            configuration.getConnectTimeout(),
            configuration.getCallTimeout(),
            configuration.getZoneCacheTime());
    return new GuardedCalls(
        rules(configuration),
        hosts,
        zones,
        shared.calls(),
        shared.budget(),
        shared.pauses(),
        shared.guard(),
        shared.clock());
  }

  static GuardedCalls.Rules rules(AutotaskConfiguration configuration) {
    String code = configuration.getIntegrationCode();
    return new GuardedCalls.Rules(
        Authentication.of(configuration.getAuthentication()),
        code == null || code.isBlank() ? null : code.strip(),
        configuration.getMaxConcurrentCalls(),
        configuration.getMaxWaitingCalls(),
        configuration.getConnectTimeout(),
        configuration.getCallTimeout(),
        configuration.getThresholdPausePercent());
  }

  static HostRules hostRules(@Nullable String allowedOrigins) {
    return new HostRules(origins(allowedOrigins));
  }

  static List<String> origins(@Nullable String allowedOrigins) {
    return allowedOrigins == null
        ? List.of()
        : Arrays.stream(allowedOrigins.split(","))
            .map(String::strip)
            .filter(origin -> !origin.isEmpty())
            .toList();
  }
}
