package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/**
 * Tells of a login what can be told without sending its secret: whether it can be sent at all, and
 * whether Autotask knows it. Look-ups share the call budget of the settings. Thread-safe.
 */
public final class LoginCheck implements AutoCloseable {

  private static final String ENDPOINT = "zoneInformation";

  private final AutotaskConfiguration configuration;
  private final HostRules hosts;
  private final SendableLogin sendable;
  private final AutotaskCalls calls;
  private final CallBudget budget = new CallBudget();
  private final ZoneDirectory zones;

  /**
   * @throws io.autotaskprovisioner.setting.InvalidSettingException if a setting under {@code
   *     autotask.} cannot be used
   */
  public LoginCheck(Vertx vertx, Settings settings, Clock clock) {
    this.configuration = AutotaskBeans.configuration(settings);
    this.hosts = AutotaskEndpoint.hostRules(configuration.getAllowedOrigins());
    this.sendable =
        new SendableLogin(
            Authentication.of(configuration.getAuthentication()),
            configuration.getIntegrationCode());
    this.calls = new AutotaskCalls(vertx);
    this.zones =
        new ZoneDirectory(
            HostRules.discoveryAddress(configuration.getDiscoveryUrl()),
            hosts,
            calls,
            new AnswerReader(clock),
            configuration.getConnectTimeout(),
            configuration.getCallTimeout(),
            configuration.getZoneCacheTime());
  }

  /** Look-ups that are under way at once; more wait for a slot. */
  public int maxConcurrentLookUps() {
    return configuration.getMaxConcurrentCalls();
  }

  /**
   * Checks the credentials as they would be before they are sent; sends nothing.
   *
   * @throws AutotaskException as INVALID_LOGIN, HOST_NOT_ALLOWED or INTEGRATION_CODE
   */
  public void check(LoginCredentials credentials) {
    LoginCredentials login = sendable.checked(credentials);
    SendableLogin.requireCode(login, hosts.serverAddress(login.serverUrl()));
  }

  /**
   * Asks for the zone of a login that passed {@link #check}; the secret is not sent.
   *
   * @return completes exceptionally with an {@link AutotaskException}: as UNKNOWN_LOGIN where
   *     Autotask knows no such login, as another kind where it could not say. On an event loop
   */
  public CompletableFuture<Void> lookUp(LoginCredentials credentials) {
    ServiceAddress server = hosts.serverAddress(credentials.serverUrl());
    return budget
        .acquire(
            new CallBudget.Key(null, ENDPOINT, ENDPOINT),
            configuration.getMaxConcurrentCalls(),
            configuration.getMaxWaitingCalls())
        .thenCompose(
            permit ->
                zones
                    .find(credentials.userName(), server)
                    .whenComplete((zone, failure) -> permit.close()))
        .thenAccept(found -> {});
  }

  @Override
  public void close() {
    calls.close();
  }
}
