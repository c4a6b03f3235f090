package io.autotaskprovisioner.autotask;

import org.jspecify.annotations.Nullable;

/** The answer of ThresholdInformation, with Autotask's own names (its Swagger, V1.0). */
record ThresholdInformation(
    @Nullable Integer externalRequestThreshold,
    @Nullable Integer requestThresholdTimeframe,
    @Nullable Integer currentTimeframeRequestCount) {

  /** Any other JSON object is no proof that Autotask accepted the login. */
  boolean isGenuine() {
    return externalRequestThreshold != null || currentTimeframeRequestCount != null;
  }
}
