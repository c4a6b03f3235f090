package io.autotaskprovisioner.delivery;

import java.time.Instant;

/**
 * An event as it lies in its table.
 *
 * @param dataJson a JSON object without secret and token
 */
record StoredEvent(long id, String type, long instanceId, Instant occurredAt, String dataJson) {

  /** What a receiver tells repeats by: the same for every attempt and every destination. */
  String messageId() {
    return messageId(id);
  }

  static String messageId(long eventId) {
    return "evt_" + eventId;
  }
}
