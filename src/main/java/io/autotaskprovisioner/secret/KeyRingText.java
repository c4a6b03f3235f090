package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A ring that stands in a setting, as the base64 of the key file's content: for secret stores that
 * fill environment variables. It stays as it was at the start. Immutable.
 */
final class KeyRingText implements KeyRingStore {

  private static final String KEY = "secret.key-ring";

  private final TinkKeyRing ring;

  /**
   * Reads it.
   *
   * @throws InvalidSettingException if it is no ring
   */
  KeyRingText(String base64) {
    try {
      byte[] json = Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1));
      ring = KeyRingJson.read(json);
    } catch (IOException | IllegalArgumentException e) {
      // Without the cause: a parser's message may quote what it read.
      throw new InvalidSettingException(
          "Setting %s is not a key ring: give the base64 of a key file, as base64 -w0 keyring.json prints it."
              .formatted(KEY));
    }
  }

  @Override
  public String place() {
    return "Setting %s".formatted(KEY);
  }

  @Override
  public Optional<TinkKeyRing> read() {
    return Optional.of(ring);
  }

  @Override
  public Object stamp() {
    return KEY;
  }

  @Override
  public boolean create(TinkKeyRing other) {
    return false;
  }

  @Override
  public void remove() {
    throw new IllegalStateException("A setting is never created here");
  }

  @Override
  public TinkKeyRing change(UnaryOperator<TinkKeyRing> change) {
    throw new RefusedKeyChangeException(
        "The key ring comes from setting %s, which cannot be changed here: change a copy of its file by keys add, use or remove with --ring FILE, put that into the secret store and restart every node."
            .formatted(KEY));
  }
}
