package io.autotaskprovisioner.delivery;

/**
 * How much waits for a destination.
 *
 * @param exhausted given up, until somebody has it delivered again
 * @param oldestDueSeconds how long the longest due delivery has been due; 0 where none is
 */
public record DestinationDepth(long pending, long sending, long exhausted, long oldestDueSeconds) {}
