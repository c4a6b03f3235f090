package io.autotaskprovisioner.autotask;

import org.jspecify.annotations.Nullable;

/**
 * Where a login lives, as the look-up said, checked.
 *
 * @param name label or code of the zone, for people
 * @param address REST base of the zone
 * @param webUrl the zone's user interface
 * @param databaseId the tenant
 */
record Zone(
    @Nullable String name,
    ServiceAddress address,
    @Nullable String webUrl,
    @Nullable Long databaseId) {

  /** What counts as one tenant: the database, else the zone's origin. */
  String tenant() {
    return databaseId == null ? address.origin() : "ci:" + databaseId;
  }
}
