package io.autotaskprovisioner.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.secret.KeyRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Seals what a journal row keeps of its request, bound to column and id, and opens it again.
 * Thread-safe.
 */
final class SealedPayloads {

  private final ObjectMapper json;
  private final KeyRing keyRing;

  SealedPayloads(ObjectMapper json, KeyRing keyRing) {
    this.json = json;
    this.keyRing = keyRing;
  }

  byte[] seal(long id, ProvisioningRequest request) {
    try {
      return keyRing.seal(json.writeValueAsBytes(Payload.of(request)), payloadContext(id));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalStateException if no key on the ring opens it for this row
   */
  ProvisioningRequest open(long id, long accountId, byte[] sealed) {
    byte[] plain = keyRing.open(sealed, payloadContext(id));
    try {
      return json.readValue(plain, Payload.class).request(accountId);
    } catch (IOException e) {
      // The parser quotes what it stumbled over, and that may be a password: no cause.
      throw new IllegalStateException("The sealed request of row " + id + " is not readable");
    }
  }

  byte @Nullable [] sealOriginal(long id, @Nullable String original) {
    return original == null
        ? null
        : keyRing.seal(original.getBytes(StandardCharsets.UTF_8), originalContext(id));
  }

  @Nullable String openOriginal(long id, byte @Nullable [] sealed) {
    return sealed == null
        ? null
        : new String(keyRing.open(sealed, originalContext(id)), StandardCharsets.UTF_8);
  }

  private static String payloadContext(long id) {
    return "provisioning_request.sealed_payload:" + id;
  }

  private static String originalContext(long id) {
    return "provisioning_request.sealed_record:" + id;
  }

  /** The plain form; the account is the row's. */
  private record Payload(
      @Nullable String requestId,
      @Nullable String element,
      @Nullable String name,
      @Nullable List<String> tags,
      Map<String, @Nullable String> configuration,
      String externalAuthentication,
      @Nullable String notBefore) {

    static Payload of(ProvisioningRequest request) {
      return new Payload(
          request.requestId(),
          request.element(),
          request.name(),
          request.tags(),
          request.configuration(),
          request.externalAuthentication(),
          request.notBefore() == null ? null : request.notBefore().toString());
    }

    ProvisioningRequest request(long accountId) {
      return new ProvisioningRequest(
          accountId,
          requestId,
          element,
          name,
          tags,
          configuration,
          externalAuthentication,
          notBefore == null ? null : Instant.parse(notBefore));
    }
  }
}
