package io.autotaskprovisioner.bench;

import java.net.URI;

/** Where a login belongs. */
record FloorZone(String name, URI url, String webUrl, long databaseId) {}
