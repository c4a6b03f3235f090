package io.autotaskprovisioner.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A filter in the words of the API: names and values as they were given, so that a stored operation
 * says what was asked for. Immutable.
 */
public record FilterWords(SortedMap<String, String> words) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public FilterWords {
    words = Collections.unmodifiableSortedMap(new TreeMap<>(words));
  }

  public static FilterWords of(Map<String, String> words) {
    return new FilterWords(new TreeMap<>(words));
  }

  /** With one word more, or another value for it; without it where the value is null. */
  public FilterWords with(String name, @Nullable Object value) {
    TreeMap<String, String> changed = new TreeMap<>(words);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value.toString());
    }
    return new FilterWords(changed);
  }

  public Optional<String> word(String name) {
    return Optional.ofNullable(words.get(name));
  }

  static FilterWords ofJson(String json) {
    try {
      return of(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  String json() {
    try {
      return JSON.writeValueAsString(words);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The word as a constant, in any case; null where it is absent.
   *
   * @throws InvalidFilterException for another word
   */
  <E extends Enum<E>> @Nullable E choice(String name, Class<E> constants) {
    String value = words.get(name);
    if (value == null) {
      return null;
    }
    try {
      return Enum.valueOf(constants, value.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InvalidFilterException(
          "%s must be one of %s.".formatted(name, Arrays.toString(constants.getEnumConstants())));
    }
  }

  @Nullable Long number(String name) {
    String value = words.get(name);
    if (value == null) {
      return null;
    }
    try {
      return Long.valueOf(value.strip());
    } catch (NumberFormatException e) {
      throw new InvalidFilterException(name + " must be a number.");
    }
  }

  /** A moment with its offset, or a day, which begins at midnight UTC. */
  @Nullable Instant time(String name) {
    String value = words.get(name);
    if (value == null) {
      return null;
    }
    try {
      String text = value.strip();
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new InvalidFilterException(
          name + " must be a time such as 2026-11-25T03:00:00Z, or a day such as 2026-11-25.");
    }
  }
}
