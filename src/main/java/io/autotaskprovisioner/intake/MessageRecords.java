package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.JournalRecord;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.journal.ReplyAddress;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a queue message, one JSON object or an array of them, into records for the
 * journal. A record that is wrong fails alone and is replied to like any other; only a message in
 * which no record can be told apart is refused as a whole. Thread-safe.
 */
public final class MessageRecords {

  private static final String UNNAMED = "message without id";

  private final long accountId;
  private final RecordReaders readers;
  private final RequestNormalizer normalizer;
  private final SecretMask mask;

  MessageRecords(
      long accountId, RecordReaders readers, RequestNormalizer normalizer, SecretMask mask) {
    this.accountId = accountId;
    this.readers = readers;
    this.normalizer = normalizer;
    this.mask = mask;
  }

  /**
   * The records in the order of the message, at least one.
   *
   * @param messageId basis of the idempotency keys; null where the message has none, which leaves
   *     the content to tell repeats by
   * @throws UnreadableMessageException if no record can be read out of it
   */
  public List<JournalRecord> read(String text, @Nullable String messageId, ReplyAddress reply)
      throws UnreadableMessageException {
    List<RawRecord> raw = parse(text);
    if (raw.stream().allMatch(record -> record.content() == null)) {
      throw new UnreadableMessageException(
          raw.isEmpty() ? "The message holds no record." : "Line 1: " + raw.get(0).problem());
    }
    List<JournalRecord> records = new ArrayList<>(raw.size());
    for (RawRecord record : raw) {
      records.add(record(record, messageId, reply));
    }
    return records;
  }

  private List<RawRecord> parse(String text) throws UnreadableMessageException {
    List<RawRecord> records = new ArrayList<>();
    try {
      RecordReader reader = readers.open(FileFormat.JSON, new StringReader(text));
      for (RawRecord record = reader.next(); record != null; record = reader.next()) {
        records.add(record);
      }
    } catch (UnreadableFileException e) {
      throw new UnreadableMessageException(e.problem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  private JournalRecord record(RawRecord raw, @Nullable String messageId, ReplyAddress reply) {
    if (raw.content() == null) {
      String reason = "Line %d: %s".formatted(raw.line(), raw.problem());
      return record(
          raw, messageId, reply, null, Failure.of(FailureClass.INVALID_REQUEST, reason), null);
    }
    String masked = mask.record(raw.content()).toString();
    try {
      ProvisioningRequest request = normalizer.fromRecord(raw.content(), accountId);
      return record(raw, messageId, reply, request, null, masked);
    } catch (ProvisioningException e) {
      return record(raw, messageId, reply, null, e.failure(), masked);
    }
  }

  private JournalRecord record(
      RawRecord raw,
      @Nullable String messageId,
      ReplyAddress reply,
      @Nullable ProvisioningRequest request,
      @Nullable Failure rejection,
      @Nullable String masked) {
    return new JournalRecord(
        accountId,
        Door.QUEUE,
        null,
        raw.number(),
        messageId == null ? UNNAMED : FieldProblems.shown(messageId),
        messageId == null ? null : messageId + ":" + (raw.number() - 1),
        request,
        rejection,
        masked,
        reply);
  }
}
