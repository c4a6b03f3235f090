package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.SecretKeys;
import io.autotaskprovisioner.journal.StoredSecrets.Resolution;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into rows before any transaction begins: resolves masked secrets, chooses the
 * idempotency key, seals. Thread-safe.
 */
final class RowPreparation {

  private static final int MAX_REQUEST_ID = 200;
  private static final int MAX_DISPLAY = 1000;

  private final StoredSecrets storedSecrets;
  private final SealedPayloads payloads;
  private final PayloadHash payloadHash;
  private final IdempotencyKey idempotencyKey;
  private final MessageKey messageKey;
  private final ElementCatalogue catalogue;

  RowPreparation(
      StoredSecrets storedSecrets,
      SealedPayloads payloads,
      PayloadHash payloadHash,
      IdempotencyKey idempotencyKey,
      MessageKey messageKey,
      ElementCatalogue catalogue) {
    this.storedSecrets = storedSecrets;
    this.payloads = payloads;
    this.payloadHash = payloadHash;
    this.idempotencyKey = idempotencyKey;
    this.messageKey = messageKey;
    this.catalogue = catalogue;
  }

  /** The request ids, by account, that must be looked up before {@link #row}; often none. */
  Map<Long, Set<String>> references(List<JournalRecord> records) {
    Map<Long, Set<String>> references = new HashMap<>();
    for (JournalRecord record : records) {
      ProvisioningRequest request = record.request();
      if (request != null
          && request.requestId() != null
          && isStorable(request.requestId())
          && (GeneratedRequestId.journalId(request.requestId()).isPresent()
              || !storedSecrets.maskedKeys(request).isEmpty())) {
        references
            .computeIfAbsent(request.accountId(), account -> new TreeSet<>())
            .add(request.requestId());
      }
    }
    return references;
  }

  NewRow row(long id, JournalRecord record, EarlierRequests earlier, Instant now) {
    ProvisioningRequest request = record.request();
    if (request == null) {
      return unread(id, record, null, Objects.requireNonNull(record.rejection()), now);
    }
    String requestId = request.requestId();
    if (requestId != null && !isStorable(requestId)) {
      return unread(
          id,
          record,
          null,
          Failure.of(
              FailureClass.INVALID_REQUEST,
              "requestId must have at most %d characters and none of them NUL."
                  .formatted(MAX_REQUEST_ID)),
          now);
    }
    Resolution resolution = storedSecrets.resolve(request, earlier);
    if (resolution.rejection() != null) {
      return unread(id, record, requestId, resolution.rejection(), now);
    }
    if (resolution.alreadySucceeded() != null) {
      Long instanceId = resolution.alreadySucceeded().instanceId();
      return unread(id, record, requestId, null, now)
          .duplicateOf(
              "Request %s has succeeded as instance %d; a record with a masked secret changes nothing."
                  .formatted(requestId, instanceId),
              instanceId);
    }
    return waiting(id, record, Objects.requireNonNull(resolution.request()), earlier, now);
  }

  private NewRow waiting(
      long id,
      JournalRecord record,
      ProvisioningRequest request,
      EarlierRequests earlier,
      Instant now) {
    String requestId = request.requestId();
    boolean correction = requestId != null && earlier.isGenerated(request.accountId(), requestId);
    byte[] hash = payloadHash.of(request);
    Instant notBefore = request.notBefore();
    return new NewRow(
        id,
        record,
        requestId,
        idempotencyKey.choose(correction ? null : requestId, correction, record.messageKey(), hash),
        hash,
        payloads.seal(id, request),
        payloads.sealOriginal(id, record.original()),
        shown(request.name()),
        userName(request),
        elementKey(request),
        RequestStatus.WAITING,
        notBefore != null && notBefore.isAfter(now) ? notBefore : now,
        null,
        null,
        null,
        messageKey.of(record, requestId, hash));
  }

  /** A row that nothing can be done with as it is: no key, no payload. */
  private NewRow unread(
      long id,
      JournalRecord record,
      @Nullable String requestId,
      @Nullable Failure rejection,
      Instant now) {
    ProvisioningRequest request = record.request();
    return new NewRow(
        id,
        record,
        requestId,
        null,
        null,
        null,
        payloads.sealOriginal(id, record.original()),
        request == null ? null : shown(request.name()),
        request == null ? null : userName(request),
        request == null ? null : elementKey(request),
        RequestStatus.FAILED,
        now,
        rejection,
        null,
        null,
        messageKey.of(record, requestId, null));
  }

  private @Nullable String elementKey(ProvisioningRequest request) {
    return Optional.ofNullable(request.element())
        .flatMap(catalogue::find)
        .map(Element::key)
        .orElse(null);
  }

  private @Nullable String userName(ProvisioningRequest request) {
    Optional<String> known =
        Optional.ofNullable(request.element())
            .flatMap(catalogue::find)
            .map(Element::userNameKey)
            .map(request.configuration()::get);
    return shown(
        known.orElseGet(
            () ->
                request.configuration().entrySet().stream()
                    .filter(entry -> isUserName(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null)));
  }

  private static boolean isUserName(String key) {
    return key.toLowerCase(Locale.ROOT).endsWith(".username") && !SecretKeys.looksSecret(key);
  }

  private static boolean isStorable(String requestId) {
    return requestId.length() <= MAX_REQUEST_ID && requestId.indexOf('\0') < 0;
  }

  /** For people only: cut to the column, and without NUL, which PostgreSQL refuses in text. */
  private static @Nullable String shown(@Nullable String text) {
    return text == null ? null : RowInsert.fit(text, MAX_DISPLAY);
  }
}
