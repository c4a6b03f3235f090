package io.autotaskprovisioner.recovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A bulk operation as it stands in the database.
 *
 * @param accountId whose rows; null where those of all accounts
 * @param requestedBy the account that asked
 * @param ratePerSecond rows that become due in a second; null: as fast as it goes
 * @param matched rows of the filter that were looked at so far
 * @param done rows that were changed
 * @param nextPieceAt when it goes on; meaningful while it runs
 * @param failure why it failed; null unless it did
 */
public record Operation(
    long id,
    OperationKind kind,
    @Nullable Long accountId,
    long requestedBy,
    FilterWords filter,
    @Nullable Integer ratePerSecond,
    OperationStatus status,
    long matched,
    long done,
    Instant nextPieceAt,
    @Nullable String failure,
    Instant createdAt,
    @Nullable Instant finishedAt) {

  /**
   * Rows that matched and were left as they were, since they cannot run again or somebody else had
   * changed them.
   */
  public long skipped() {
    return matched - done;
  }
}
