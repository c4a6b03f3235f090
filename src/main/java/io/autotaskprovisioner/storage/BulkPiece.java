package io.autotaskprovisioner.storage;

/**
 * What one bounded piece of work over many rows came to.
 *
 * @param matched rows of the filter that were looked at
 * @param done rows among them that were changed
 * @param position the id from which the next piece goes on
 * @param end whether there is no next piece
 */
public record BulkPiece(int matched, int done, long position, boolean end) {}
