package io.autotaskprovisioner.autotask;

import java.time.Duration;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.Nullable;

/**
 * The options of the component, each of which an endpoint may override. A bean as Camel wants it:
 * set up before the endpoint starts, then only read.
 */
@UriParams
public final class AutotaskConfiguration implements Cloneable {

  /**
   * The vendor's unnumbered host, where every login is looked up (vendor page
   * REST_ZoneInformation).
   */
  public static final String DEFAULT_DISCOVERY_URL =
      "https://webservices.autotask.net/ATServicesRest/";

  @UriParam(
      label = "common",
      defaultValue = DEFAULT_DISCOVERY_URL,
      description = "Base URL of the zone look-up. It receives logins, never credentials.")
  private String discoveryUrl = DEFAULT_DISCOVERY_URL;

  @UriParam(
      label = "security",
      secret = true,
      description =
          "The vendor's tracking identifier, for credentials that bring none of their own. Without"
              + " one no credential leaves for .autotask.net.")
  private @Nullable String integrationCode;

  @UriParam(
      label = "security",
      description =
          "Origins beside .autotask.net that may receive credentials, separated by commas, such as"
              + " http://127.0.0.1:9090. Only these may be http.")
  private @Nullable String allowedOrigins;

  @UriParam(
      label = "security",
      enums = "basic+headers,headers,basic",
      defaultValue = "basic+headers",
      description = "In which form the credentials are sent.")
  private String authentication = "basic+headers";

  @UriParam(
      label = "producer",
      defaultValue = "3",
      description = "Calls at once per integration code, endpoint and tenant; at least 1.")
  private int maxConcurrentCalls = 3;

  @UriParam(
      label = "producer",
      defaultValue = "64",
      description =
          "Calls of one tenant that may wait for a slot; further ones are refused as THROTTLED.")
  private int maxWaitingCalls = 64;

  @UriParam(
      label = "producer",
      defaultValue = "5s",
      javaType = "java.time.Duration",
      description = "How long opening a connection may take.")
  private Duration connectTimeout = Duration.ofSeconds(5);

  @UriParam(
      label = "producer",
      defaultValue = "20s",
      javaType = "java.time.Duration",
      description = "How long one call may take, from opening the connection to the last byte.")
  private Duration callTimeout = Duration.ofSeconds(20);

  @UriParam(
      label = "producer",
      defaultValue = "6h",
      javaType = "java.time.Duration",
      description = "How long the zone of a known login is remembered.")
  private Duration zoneCacheTime = Duration.ofHours(6);

  @UriParam(
      label = "producer",
      defaultValue = "95",
      description =
          "Share of its hourly limit, in percent, from which on a tenant pauses; 1 to 100.")
  private int thresholdPausePercent = 95;

  @UriParam(
      label = "producer",
      description =
          "Takes the credentials out of the exchange; without one the body must be"
              + " LoginCredentials.")
  @Metadata(javaType = "io.autotaskprovisioner.autotask.CredentialsSource")
  private @Nullable CredentialsSource credentials;

  public AutotaskConfiguration copy() {
    try {
      return (AutotaskConfiguration) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  public String getDiscoveryUrl() {
    return discoveryUrl;
  }

  public void setDiscoveryUrl(String discoveryUrl) {
    this.discoveryUrl = discoveryUrl;
  }

  public @Nullable String getIntegrationCode() {
    return integrationCode;
  }

  public void setIntegrationCode(@Nullable String integrationCode) {
    this.integrationCode = integrationCode;
  }

  public @Nullable String getAllowedOrigins() {
    return allowedOrigins;
  }

  public void setAllowedOrigins(@Nullable String allowedOrigins) {
    this.allowedOrigins = allowedOrigins;
  }

  public String getAuthentication() {
    return authentication;
  }

  public void setAuthentication(String authentication) {
    this.authentication = authentication;
  }

  public int getMaxConcurrentCalls() {
    return maxConcurrentCalls;
  }

  public void setMaxConcurrentCalls(int maxConcurrentCalls) {
    this.maxConcurrentCalls = atLeast(1, maxConcurrentCalls, "maxConcurrentCalls");
  }

  public int getMaxWaitingCalls() {
    return maxWaitingCalls;
  }

  public void setMaxWaitingCalls(int maxWaitingCalls) {
    this.maxWaitingCalls = atLeast(0, maxWaitingCalls, "maxWaitingCalls");
  }

  public Duration getConnectTimeout() {
    return connectTimeout;
  }

  public void setConnectTimeout(Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  public Duration getCallTimeout() {
    return callTimeout;
  }

  public void setCallTimeout(Duration callTimeout) {
    this.callTimeout = callTimeout;
  }

  public Duration getZoneCacheTime() {
    return zoneCacheTime;
  }

  public void setZoneCacheTime(Duration zoneCacheTime) {
    this.zoneCacheTime = zoneCacheTime;
  }

  public int getThresholdPausePercent() {
    return thresholdPausePercent;
  }

  public void setThresholdPausePercent(int thresholdPausePercent) {
    this.thresholdPausePercent =
        Math.min(100, atLeast(1, thresholdPausePercent, "thresholdPausePercent"));
  }

  public @Nullable CredentialsSource getCredentials() {
    return credentials;
  }

  public void setCredentials(@Nullable CredentialsSource credentials) {
    this.credentials = credentials;
  }

  private static int atLeast(int minimum, int value, String name) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + " must be at least " + minimum);
    }
    return value;
  }
}
