package io.autotaskprovisioner.instance;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Autotask said about the tenant behind an instance (zoneInformation, ThresholdInformation,
 * Version, Companies/0).
 *
 * @param zoneUrl REST base of the tenant's zone
 * @param webUrl the zone's user interface
 * @param databaseId Autotask's {@code ci}: stable per tenant
 * @param requestThreshold requests allowed per timeframe, all integrations together
 * @param thresholdTimeframeMinutes length of the timeframe
 * @param timeframeRequestCount requests counted when it was asked
 * @param productVersion such as {@code 2026.3.0.17}; null until it was asked
 * @param companyName the tenant's own company; null until it was asked
 */
public record TenantDetails(
    @Nullable String zoneName,
    String zoneUrl,
    @Nullable String webUrl,
    @Nullable Long databaseId,
    @Nullable Integer requestThreshold,
    @Nullable Integer thresholdTimeframeMinutes,
    @Nullable Integer timeframeRequestCount,
    @Nullable String productVersion,
    @Nullable String companyName,
    Instant verifiedAt) {

  /** What a later verification said, with what only other calls tell as it was. */
  public TenantDetails verifiedAgain(TenantDetails later) {
    return new TenantDetails(
        later.zoneName,
        later.zoneUrl,
        later.webUrl,
        later.databaseId,
        later.requestThreshold,
        later.thresholdTimeframeMinutes,
        later.timeframeRequestCount,
        productVersion,
        companyName,
        later.verifiedAt);
  }

  /** The same with what was learnt of the tenant since. */
  public TenantDetails with(TenantFacts facts) {
    return new TenantDetails(
        zoneName,
        zoneUrl,
        webUrl,
        databaseId,
        requestThreshold,
        thresholdTimeframeMinutes,
        timeframeRequestCount,
        facts.productVersion(),
        facts.companyName(),
        verifiedAt);
  }
}
