package io.autotaskprovisioner.autotask;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a provider's words fit to be shown: no control characters, no secret that was sent along,
 * at most {@link #MAX_LENGTH} characters. Immutable and thread-safe.
 */
final class Redaction {

  static final int MAX_LENGTH = 500;

  private static final String MASK = "********";

  private final List<String> secrets;

  private Redaction(List<String> secrets) {
    this.secrets = secrets;
  }

  static Redaction none() {
    return new Redaction(List.of());
  }

  /** Takes out the given values, plain and URL-encoded; null and blank ones do not count. */
  static Redaction of(@Nullable String... secrets) {
    return new Redaction(
        Arrays.stream(secrets)
            .filter(Objects::nonNull)
            .filter(secret -> !secret.isBlank())
            .flatMap(secret -> Stream.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8)))
            .distinct()
            // The longest first: one secret may be part of another.
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  /** Null where nothing is left to show. */
  @Nullable String shown(@Nullable String words) {
    if (words == null) {
      return null;
    }
    String text = words;
    for (String secret : secrets) {
      text = text.replace(secret, MASK);
    }
    text = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    if (text.isEmpty()) {
      return null;
    }
    return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH - 1) + "…";
  }
}
