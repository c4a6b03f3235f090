package io.autotaskprovisioner.journal;

/** A claimed request and the instance that came of it. */
public record Success(ClaimedRequest claim, long instanceId) {}
