package io.autotaskprovisioner.instance;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes element tokens: 32 random bytes in base64, as the hosted service's looked. Thread-safe. */
public final class InstanceTokenFactory {

  private static final int TOKEN_BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  public String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
