package io.autotaskprovisioner.journal;

import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.SecretKeys;
import io.autotaskprovisioner.journal.EarlierRequests.Earlier;
import io.autotaskprovisioner.secret.Mask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts stored secrets back where a corrected record says {@code ********}: those of the newest
 * failed request of the same account that bears the record's request id. Thread-safe.
 */
final class StoredSecrets {

  /** What came of one record. Exactly one component is set. */
  record Resolution(
      @Nullable ProvisioningRequest request,
      @Nullable Failure rejection,
      @Nullable Earlier alreadySucceeded) {}

  private final SealedPayloads payloads;
  private final ElementCatalogue catalogue;

  StoredSecrets(SealedPayloads payloads, ElementCatalogue catalogue) {
    this.payloads = payloads;
    this.catalogue = catalogue;
  }

  /** The secret keys of the request whose value is the mask. */
  List<String> maskedKeys(ProvisioningRequest request) {
    return request.configuration().entrySet().stream()
        .filter(entry -> Mask.isMask(entry.getValue()) && isSecret(request, entry.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  Resolution resolve(ProvisioningRequest request, EarlierRequests earlierRequests) {
    List<String> masked = maskedKeys(request);
    if (masked.isEmpty()) {
      return new Resolution(request, null, null);
    }
    String keys = String.join(", ", masked);
    if (request.requestId() == null) {
      return rejected(
          "%s is masked (%s) and no requestId says which request holds it; write the value itself."
              .formatted(keys, Mask.MASK));
    }
    List<Earlier> earlier = earlierRequests.of(request.accountId(), request.requestId());
    Optional<Map<String, @Nullable String>> stored =
        earlier.stream()
            .filter(row -> row.status() == RequestStatus.FAILED && row.sealedPayload() != null)
            .map(row -> payloads.open(row.id(), request.accountId(), row.sealedPayload()))
            .map(ProvisioningRequest::configuration)
            .filter(
                configuration -> masked.stream().allMatch(key -> configuration.get(key) != null))
            .findFirst();
    if (stored.isPresent()) {
      Map<String, @Nullable String> configuration = new LinkedHashMap<>(request.configuration());
      masked.forEach(key -> configuration.put(key, stored.get().get(key)));
      return new Resolution(request.withConfiguration(configuration), null, null);
    }
    // Our choice: once the request has succeeded its secret is gone, so the record cannot be
    // compared with it; a masked record of that name is then a repeat, not an error.
    return earlier.stream()
        .filter(row -> row.status() == RequestStatus.SUCCEEDED && row.holdsKey())
        .findFirst()
        .map(row -> new Resolution(null, null, row))
        .orElseGet(
            () ->
                rejected(
                    ("%s is masked (%s) and no failed request %s of this account holds it any more;"
                            + " write the value itself.")
                        .formatted(keys, Mask.MASK, request.requestId())));
  }

  private boolean isSecret(ProvisioningRequest request, String key) {
    return SecretKeys.looksSecret(key)
        || Optional.ofNullable(request.element())
            .flatMap(catalogue::find)
            .map(element -> element.isSecret(key))
            .orElse(false);
  }

  private static Resolution rejected(String message) {
    return new Resolution(null, Failure.of(FailureClass.INVALID_REQUEST, message), null);
  }
}
