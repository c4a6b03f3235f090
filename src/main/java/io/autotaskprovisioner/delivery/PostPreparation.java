package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.StorageException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes the bodies of posts, with tokens where the destination asks for them. Thread-safe. */
final class PostPreparation {

  private final Envelope envelope;
  private final InstanceTokens tokens;
  private final boolean includeToken;

  PostPreparation(Envelope envelope, InstanceTokens tokens, boolean includeToken) {
    this.envelope = envelope;
    this.tokens = tokens;
    this.includeToken = includeToken;
  }

  /** Bodies of one claim: a token is looked up once for all events of its instance. */
  final class Batch {
    private final Map<Long, Optional<String>> known = new HashMap<>();

    /**
     * The body to send.
     *
     * @throws StorageException if the database failed: none of the batch can be prepared now
     * @throws RuntimeException if this one cannot be prepared
     */
    byte[] body(StoredEvent event) {
      Optional<String> token =
          includeToken
              ? known.computeIfAbsent(event.instanceId(), tokens::tokenOf)
              : Optional.empty();
      return envelope.write(event, token);
    }
  }

  Batch batch() {
    return new Batch();
  }
}
