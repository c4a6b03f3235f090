package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.secret.KeyRing;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the key under which a request may become at most one instance of its account.
 *
 * <p>{@code req:<requestId>}, else {@code msg:<message id>:<index>}, else {@code row:} and the
 * payload's hash. A correction of a request that had no id of its own counts as such a row too, so
 * that dropping it twice, or dropping the whole corrected file later, repeats it.
 */
final class IdempotencyKey {

  /** Longest key that is stored as it is; the column holds 300. */
  private static final int MAX_LENGTH = 300;

  private final KeyRing keyRing;

  IdempotencyKey(KeyRing keyRing) {
    this.keyRing = keyRing;
  }

  /**
   * @param ownRequestId the caller's own id; null where there is none or it is a generated one
   * @param correction whether the request corrects one that had no id of its own
   */
  String choose(
      @Nullable String ownRequestId,
      boolean correction,
      @Nullable String messageKey,
      byte[] payloadHash) {
    if (ownRequestId != null) {
      return "req:" + ownRequestId;
    }
    if (messageKey == null || correction) {
      return "row:" + base64(payloadHash);
    }
    String key = "msg:" + messageKey;
    // Message ids are the sender's: they may be of any length and hold any character.
    return key.length() <= MAX_LENGTH && key.indexOf('\0') < 0
        ? key
        : "msg-hash:"
            + base64(
                keyRing.hash(
                    "provisioning_request.message_key",
                    messageKey.getBytes(StandardCharsets.UTF_8)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
