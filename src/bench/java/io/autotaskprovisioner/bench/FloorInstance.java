package io.autotaskprovisioner.bench;

import java.time.Instant;

/**
 * All that is stored and answered.
 *
 * @param answer the body of the answer
 * @param event the data of the event
 */
record FloorInstance(
    long id,
    String name,
    byte[] tokenHash,
    byte[] sealedToken,
    String userName,
    String serverUrl,
    byte[] sealedSecrets,
    String tags,
    String configuration,
    FloorZone zone,
    int threshold,
    int timeframe,
    int used,
    Instant createdAt,
    byte[] answer,
    String event) {}
