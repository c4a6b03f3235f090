package io.autotaskprovisioner.autotask;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Autotask said of a login that it accepted (zoneInformation and ThresholdInformation).
 *
 * @param zoneName label or code of the zone; not a stable key
 * @param zoneUrl REST base of the zone that accepted the login
 * @param webUrl the zone's user interface; null where Autotask gave none
 * @param databaseId {@code ci}, stable per tenant; null where Autotask gave none
 * @param requestThreshold requests allowed per timeframe
 * @param thresholdTimeframeMinutes length of the timeframe
 * @param timeframeRequestCount requests counted so far in the timeframe
 */
public record VerifiedLogin(
    @Nullable String zoneName,
    URI zoneUrl,
    @Nullable String webUrl,
    @Nullable Long databaseId,
    @Nullable Integer requestThreshold,
    @Nullable Integer thresholdTimeframeMinutes,
    @Nullable Integer timeframeRequestCount,
    Instant verifiedAt) {}
