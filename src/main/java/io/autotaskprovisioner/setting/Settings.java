package io.autotaskprovisioner.setting;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.util.TimeUtils;

/**
 * Typed access to the settings, with Camel's precedence: environment variable ({@code HTTP_PORT}),
 * system property, {@code application.properties}, and last the default given here. Thread-safe.
 *
 * <p>Every method throws {@link InvalidSettingException} for a value it cannot use, with the key
 * and what would be accepted.
 */
public final class Settings {

  private static final Pattern DURATION =
      Pattern.compile("\\s*\\d+\\s*(ms|s|m|h|d)?(\\s*\\d+\\s*(ms|s|m|h|d))*\\s*");

  private final CamelContext context;

  public Settings(CamelContext context) {
    this.context = context;
  }

  /** The value, or empty where it is absent or blank. */
  public Optional<String> text(String key) {
    String value = context.resolvePropertyPlaceholders("{{?" + key + "}}");
    return value == null || value.isBlank() || value.equals("{{?" + key + "}}")
        ? Optional.empty()
        : Optional.of(value.strip());
  }

  public String text(String key, String defaultValue) {
    return text(key).orElse(defaultValue);
  }

  /** A list separated by commas; empty where absent. */
  public List<String> list(String key) {
    return text(key).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /**
   * A duration such as {@code 500ms}, {@code 15s}, {@code 1h30m}; a bare number is milliseconds.
   */
  public Duration duration(String key, Duration defaultValue) {
    return text(key).map(value -> parseDuration(key, value)).orElse(defaultValue);
  }

  /** A whole number within the bounds, both included. */
  public long number(String key, long defaultValue, long min, long max) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return defaultValue;
    }
    try {
      long value = Long.parseLong(text.get());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException ignored) {
      // told below, together with a number out of bounds
    }
    throw new InvalidSettingException(
        "Setting %s is '%s': give a whole number from %d to %d."
            .formatted(key, text.get(), min, max));
  }

  public int integer(String key, int defaultValue, int min, int max) {
    return Math.toIntExact(number(key, defaultValue, min, max));
  }

  public boolean flag(String key, boolean defaultValue) {
    return text(key)
        .map(
            value ->
                switch (value.toLowerCase(Locale.ROOT)) {
                  case "true", "on", "yes" -> true;
                  case "false", "off", "no" -> false;
                  default ->
                      throw new InvalidSettingException(
                          "Setting %s is '%s': give true or false.".formatted(key, value));
                })
        .orElse(defaultValue);
  }

  /** One of the given words, compared without regard to case; the default is one of them. */
  public String choice(String key, String defaultValue, String... allowed) {
    String value = text(key, defaultValue);
    return Arrays.stream(allowed)
        .filter(word -> word.equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidSettingException(
                    "Setting %s is '%s': give one of %s."
                        .formatted(key, value, String.join(", ", allowed))));
  }

  /** A path; a relative one is relative to the working directory. */
  public Path path(String key, String defaultValue) {
    String value = text(key, defaultValue);
    try {
      return Path.of(value).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new InvalidSettingException(
          "Setting %s is '%s': that is not a path here.".formatted(key, value), e);
    }
  }

  /** An absolute http or https URL. */
  public Optional<URI> url(String key) {
    return text(key)
        .map(
            value -> {
              try {
                URI uri = new URI(value);
                String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
                if (uri.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
                  return uri;
                }
              } catch (URISyntaxException ignored) {
                // told below, together with other schemes
              }
              throw new InvalidSettingException(
                  "Setting %s is not a URL: give one such as https://example.com/hooks."
                      .formatted(key));
            });
  }

  /** Every key set under the prefix, in files, system properties or the environment; sorted. */
  public Set<String> keysUnder(String prefix) {
    Set<String> keys = new TreeSet<>();
    Properties properties =
        context.getPropertiesComponent().loadProperties(k -> k.startsWith(prefix));
    properties.stringPropertyNames().forEach(keys::add);
    System.getProperties().stringPropertyNames().stream()
        .filter(key -> key.startsWith(prefix))
        .forEach(keys::add);
    String environmentPrefix = prefix.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    System.getenv().keySet().stream()
        .filter(name -> name.startsWith(environmentPrefix))
        .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '.'))
        .filter(key -> keys.stream().noneMatch(known -> known.replace('-', '.').equals(key)))
        .toList()
        .forEach(keys::add);
    return keys;
  }

  private static Duration parseDuration(String key, String value) {
    Matcher matcher = DURATION.matcher(value);
    if (matcher.matches()) {
      try {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(value));
      } catch (RuntimeException ignored) {
        // told below
      }
    }
    throw new InvalidSettingException(
        "Setting %s is '%s': give a duration with a unit, such as 500ms, 15s, 10m or 24h."
            .formatted(key, value));
  }
}
