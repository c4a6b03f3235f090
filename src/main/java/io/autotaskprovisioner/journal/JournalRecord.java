package io.autotaskprovisioner.journal;

import org.jspecify.annotations.Nullable;

/**
 * One record as a door hands it to the journal: a request, or the reason why the record is none.
 *
 * @param batchId the batch it came in; null for a message
 * @param recordNumber 1-based place within its batch or message
 * @param sourceReference {@code file.csv:17} or a message id, for people
 * @param messageKey {@code <message id>:<index>} for a queue message, the basis of its idempotency
 *     key; null for files and uploads
 * @param request null where the record could not be read
 * @param rejection why it could not be read; null where there is a request
 * @param original the original cells as a JSON object or array, secrets masked; null where the
 *     request itself says it all
 * @param reply where its reply goes; null where none is owed, as for files and uploads. A record
 *     that is owed one and whose message was taken before is passed over without a trace
 * @param reader id of the {@link FileLease} under which it was read: it is not taken once another
 *     process reads the file; null where nobody else could be reading it
 */
public record JournalRecord(
    long accountId,
    Door door,
    @Nullable Long batchId,
    @Nullable Long recordNumber,
    String sourceReference,
    @Nullable String messageKey,
    @Nullable ProvisioningRequest request,
    @Nullable Failure rejection,
    @Nullable String original,
    @Nullable ReplyAddress reply,
    @Nullable Long reader) {

  public JournalRecord {
    if ((request == null) == (rejection == null)) {
      throw new IllegalArgumentException("A record is either a request or a rejection");
    }
  }

  /** A record that is owed no reply. */
  public JournalRecord(
      long accountId,
      Door door,
      @Nullable Long batchId,
      @Nullable Long recordNumber,
      String sourceReference,
      @Nullable String messageKey,
      @Nullable ProvisioningRequest request,
      @Nullable Failure rejection,
      @Nullable String original) {
    this(
        accountId,
        door,
        batchId,
        recordNumber,
        sourceReference,
        messageKey,
        request,
        rejection,
        original,
        null,
        null);
  }

  /** A record of a message. */
  public JournalRecord(
      long accountId,
      Door door,
      @Nullable Long batchId,
      @Nullable Long recordNumber,
      String sourceReference,
      @Nullable String messageKey,
      @Nullable ProvisioningRequest request,
      @Nullable Failure rejection,
      @Nullable String original,
      @Nullable ReplyAddress reply) {
    this(
        accountId,
        door,
        batchId,
        recordNumber,
        sourceReference,
        messageKey,
        request,
        rejection,
        original,
        reply,
        null);
  }
}
