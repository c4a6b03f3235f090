package io.autotaskprovisioner.autotask;

import org.jspecify.annotations.Nullable;

/**
 * The answer of zoneInformation, with Autotask's own names (its Swagger, V1.0).
 *
 * @param zoneName a label or a code, depending on the zone: for people, never a key
 * @param ci id of the tenant's database
 */
record ZoneInformation(
    @Nullable String zoneName, @Nullable String url, @Nullable String webUrl, @Nullable Long ci) {}
