package io.autotaskprovisioner.account;

import io.autotaskprovisioner.account.LoginSession.Kind;
import io.autotaskprovisioner.secret.KeyRing;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Writes and reads session values: account, revision of its login and end of the session, sealed by
 * the key ring. Nothing of them is stored, and every node with the same key ring reads them, also
 * after a restart. Thread-safe.
 */
final class LoginSessions {

  private static final int MAX_LENGTH = 512;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /**
   * What a session value says.
   *
   * @param revision of the account's login when it was issued
   * @param end whole seconds
   */
  record Content(long accountId, long revision, Instant end) {}

  private final KeyRing keyRing;

  LoginSessions(KeyRing keyRing) {
    this.keyRing = keyRing;
  }

  LoginSession write(Kind kind, Content content) {
    byte[] plain =
        ByteBuffer.allocate(3 * Long.BYTES)
            .putLong(content.accountId())
            .putLong(content.revision())
            .putLong(content.end().getEpochSecond())
            .array();
    return new LoginSession(ENCODER.encodeToString(keyRing.seal(plain, context(kind))));
  }

  /** Empty for anything that was not written here for this kind. */
  Optional<Content> read(Kind kind, String value) {
    if (value.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      ByteBuffer plain =
          ByteBuffer.wrap(keyRing.open(Base64.getUrlDecoder().decode(value), context(kind)));
      return Optional.of(
          new Content(plain.getLong(), plain.getLong(), Instant.ofEpochSecond(plain.getLong())));
    } catch (IllegalArgumentException | IllegalStateException | BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static String context(Kind kind) {
    return "login.session:" + kind;
  }
}
