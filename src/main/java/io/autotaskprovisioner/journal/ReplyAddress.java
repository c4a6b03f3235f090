package io.autotaskprovisioner.journal;

import org.jspecify.annotations.Nullable;

/**
 * Where the reply to a message goes.
 *
 * @param destination name of a queue or topic, at most {@value #MAX_DESTINATION} characters; null
 *     for the queue of the settings
 * @param correlationId at most {@value #MAX_CORRELATION_ID} characters; null for none
 */
public record ReplyAddress(
    @Nullable String destination, boolean topic, @Nullable String correlationId) {

  public static final int MAX_DESTINATION = 255;
  public static final int MAX_CORRELATION_ID = 1000;

  public ReplyAddress {
    if (destination != null && destination.length() > MAX_DESTINATION
        || correlationId != null && correlationId.length() > MAX_CORRELATION_ID) {
      throw new IllegalArgumentException("Longer than the columns");
    }
  }
}
