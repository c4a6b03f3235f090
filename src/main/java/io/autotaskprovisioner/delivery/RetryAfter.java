package io.autotaskprovisioner.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the header field {@code Retry-After} (RFC 9110, 10.2.3). */
final class RetryAfter {

  /** Our choice: no receiver puts an attempt off for longer than this. */
  static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /**
   * The earliest moment of the next attempt, at most {@link #LONGEST} from now; empty where the
   * field is absent or cannot be read.
   */
  static Optional<Instant> parse(@Nullable String value, Instant now) {
    if (value == null) {
      return Optional.empty();
    }
    Instant latest = now.plus(LONGEST);
    String text = value.strip();
    if (text.matches("\\d+")) {
      boolean beyond = text.length() > 9;
      Instant at = beyond ? latest : now.plusSeconds(Long.parseLong(text));
      return Optional.of(at.isAfter(latest) ? latest : at);
    }
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(at.isAfter(latest) ? latest : at);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
