package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.secret.KeyRing;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells a record of a message that is delivered again, as after a crash between the journal's
 * commit and the acknowledgement. The content counts too, since some senders give every message the
 * same id. Thread-safe.
 */
final class MessageKey {

  private static final String PURPOSE = "queue_reply.message_key";

  private final KeyRing keyRing;

  MessageKey(KeyRing keyRing) {
    this.keyRing = keyRing;
  }

  /**
   * @param payloadHash null where the record is no request
   * @return null where no reply is owed or the message has no id
   */
  @Nullable String of(
      JournalRecord record, @Nullable String requestId, byte @Nullable [] payloadHash) {
    if (record.reply() == null || record.messageKey() == null) {
      return null;
    }
    String content =
        payloadHash == null
            ? String.valueOf(record.original())
            : Base64.getEncoder().encodeToString(payloadHash);
    String told =
        String.join("\0", record.messageKey(), Objects.requireNonNullElse(requestId, ""), content);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(keyRing.hash(PURPOSE, told.getBytes(StandardCharsets.UTF_8)));
  }
}
