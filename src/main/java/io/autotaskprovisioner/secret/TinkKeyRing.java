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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A ring of two Tink keysets: AES-256-GCM for sealing, which may hold several keys while one
 * rotates, and one HMAC-SHA256 key for hashes, which never changes, since hashes are looked up.
 * Immutable.
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

  /**
   * Which key sealed the bytes: Tink begins with a version byte and the key's id, big-endian. See
   * <a href="https://developers.google.com/tink/wire-format">Tink's wire format</a>.
   *
   * @return 0, which is no key's id, where it was none of ours
   */
  static long keyIdOf(byte[] sealed) {
    return sealed.length < 1 + Integer.BYTES || sealed[0] != 1
        ? 0
        : Integer.toUnsignedLong(ByteBuffer.wrap(sealed, 1, Integer.BYTES).getInt());
  }

  /** Ids of the sealing keys, as Tink numbers them: unsigned, 32 bits. */
  List<Long> keyIds() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < sealing.size(); i++) {
      ids.add(Integer.toUnsignedLong(sealing.getAt(i).getId()));
    }
    return ids;
  }

  /** Id of the key that seals. */
  long primaryId() {
    return Integer.toUnsignedLong(sealing.getPrimary().getId());
  }

  /** The same ring with one more sealing key, which opens but does not seal yet. */
  TinkKeyRing withNewKey() {
    return changed(
        builder ->
            builder.addEntry(
                KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                    .withRandomId()));
  }

  /**
   * The same ring, sealing with this key.
   *
   * @throws RefusedKeyChangeException if it is not on the ring
   */
  TinkKeyRing withPrimary(long id) {
    int place = place(id);
    return changed(builder -> builder.getAt(place).makePrimary());
  }

  /**
   * The same ring without this key, which must not be the one that seals.
   *
   * @throws RefusedKeyChangeException if it is not on the ring or seals
   */
  TinkKeyRing without(long id) {
    int place = place(id);
    if (id == primaryId()) {
      throw new RefusedKeyChangeException(
          "Key %d seals: run keys add, then keys use with the new key, first.".formatted(id));
    }
    return changed(builder -> builder.deleteAt(place));
  }

  private int place(long id) {
    int place = keyIds().indexOf(id);
    if (place < 0) {
      throw new RefusedKeyChangeException(
          "There is no key %d on the ring: keys list shows those that are.".formatted(id));
    }
    return place;
  }

  private TinkKeyRing changed(Consumer<KeysetHandle.Builder> change) {
    try {
      KeysetHandle.Builder builder = KeysetHandle.newBuilder(sealing);
      change.accept(builder);
      return new TinkKeyRing(builder.build(), hashing);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The key ring could not be changed", e);
    }
  }

  /** Whether both have the same hashing key, which one ring keeps for ever and no other has. */
  boolean isOfSameLineageAs(TinkKeyRing other) {
    return Arrays.equals(hash("lineage", new byte[0]), other.hash("lineage", new byte[0]));
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
