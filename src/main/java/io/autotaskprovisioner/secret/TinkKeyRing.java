package io.autotaskprovisioner.secret;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Mac;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.mac.HmacParameters;
import com.google.crypto.tink.mac.MacConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * A ring of two Tink keysets: AES-256-GCM for sealing, which may hold several keys while one
 * rotates, and one HMAC-SHA256 key for hashes, which never changes, since hashes are looked up.
 */
final class TinkKeyRing implements KeyRing {

  private static final int HASH_BYTES = 32;

  static {
    try {
      AeadConfig.register();
      MacConfig.register();
    } catch (GeneralSecurityException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final KeysetHandle sealing;
  private final KeysetHandle hashing;
  private final Aead aead;
  private final Mac mac;

  private TinkKeyRing(KeysetHandle sealing, KeysetHandle hashing) throws GeneralSecurityException {
    this.sealing = sealing;
    this.hashing = hashing;
    this.aead = sealing.getPrimitive(RegistryConfiguration.get(), Aead.class);
    this.mac = hashing.getPrimitive(RegistryConfiguration.get(), Mac.class);
  }

  static TinkKeyRing generate() {
    try {
      HmacParameters hmac =
          HmacParameters.builder()
              .setKeySizeBytes(HASH_BYTES)
              .setTagSizeBytes(HASH_BYTES)
              .setHashType(HmacParameters.HashType.SHA256)
              .setVariant(HmacParameters.Variant.NO_PREFIX)
              .build();
      return new TinkKeyRing(
          KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM),
          KeysetHandle.generateNew(hmac));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no AES-256-GCM or no HMAC-SHA256", e);
    }
  }

  /** Reads the keysets in Tink's JSON format. */
  static TinkKeyRing parse(String sealing, String hashing) throws GeneralSecurityException {
    return new TinkKeyRing(
        TinkJsonProtoKeysetFormat.parseKeyset(sealing, InsecureSecretKeyAccess.get()),
        TinkJsonProtoKeysetFormat.parseKeyset(hashing, InsecureSecretKeyAccess.get()));
  }

  /** The sealing keyset as JSON, in the clear. */
  String sealingKeyset() throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.serializeKeyset(sealing, InsecureSecretKeyAccess.get());
  }

  /** The hashing keyset as JSON, in the clear. */
  String hashingKeyset() throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.serializeKeyset(hashing, InsecureSecretKeyAccess.get());
  }

  @Override
  public byte[] seal(byte[] plain, String context) {
    try {
      return aead.encrypt(plain, context.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Could not seal " + context, e);
    }
  }

  @Override
  public byte[] open(byte[] sealed, String context) {
    try {
      return aead.decrypt(sealed, context.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "Could not open %s: no key of the ring sealed it, or it was sealed for another place"
              .formatted(context),
          e);
    }
  }

  @Override
  public byte[] hash(String purpose, byte[] value) {
    byte[] purposeBytes = purpose.getBytes(StandardCharsets.UTF_8);
    // The length keeps purpose and value apart: ("ab", "c") must not hash like ("a", "bc").
    byte[] input =
        ByteBuffer.allocate(Integer.BYTES + purposeBytes.length + value.length)
            .putInt(purposeBytes.length)
            .put(purposeBytes)
            .put(value)
            .array();
    try {
      return mac.computeMac(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Could not hash for " + purpose, e);
    }
  }
}
