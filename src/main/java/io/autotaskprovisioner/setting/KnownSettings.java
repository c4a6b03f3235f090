package io.autotaskprovisioner.setting;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Every key there is, read from the packed {@code application.properties}, where each stands either
 * set or as a comment. A key in the user's file that is none of them is most likely a slip, and a
 * slip in a setting is found at the start or at night. Immutable and thread-safe.
 */
public final class KnownSettings {

  private static final Pattern LISTED = Pattern.compile("(?m)^(?:# )?([a-z][a-z0-9.<>-]*)=(.*)$");
  private static final String PLACEHOLDER = "<name>";

  private final Set<String> keys = new TreeSet<>();
  private final Map<String, String> defaults = new TreeMap<>();
  private final Set<String> prefixes;

  /** Reads the keys out of the text of the packed file. */
  public KnownSettings(String packedProperties) {
    Matcher matcher = LISTED.matcher(packedProperties);
    while (matcher.find()) {
      keys.add(matcher.group(1));
      if (!matcher.group(1).contains(PLACEHOLDER)) {
        defaults.put(matcher.group(1), matcher.group(2).strip());
      }
    }
    prefixes = keys.stream().map(KnownSettings::firstWord).collect(Collectors.toSet());
    prefixes.remove("camel");
  }

  /** Those of the file that is packed into the jar. */
  public static KnownSettings packed() {
    try (InputStream file =
        KnownSettings.class.getClassLoader().getResourceAsStream("application.properties")) {
      if (file == null) {
        throw new IllegalStateException("application.properties is not on the class path");
      }
      return new KnownSettings(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What each key without a name of the user's in it is by default; empty where it is off. */
  public Map<String, String> defaults() {
    return Collections.unmodifiableMap(defaults);
  }

  /**
   * Checks every key of the file, if there is one.
   *
   * @throws InvalidSettingException for a key under one of our prefixes that is unknown, naming the
   *     nearest known one
   */
  public void check(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingException(
          "The settings in %s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
    properties.stringPropertyNames().stream().sorted().forEach(key -> check(key, file));
  }

  private void check(String key, Path file) {
    if (!prefixes.contains(firstWord(key))
        || keys.stream().anyMatch(known -> matches(known, key))) {
      return;
    }
    throw new InvalidSettingException(
        "Unknown setting %s in %s: did you mean %s?".formatted(key, file, Slip.nearest(key, keys)));
  }

  private static boolean matches(String known, String key) {
    int placeholder = known.indexOf(PLACEHOLDER);
    if (placeholder < 0) {
      return known.equals(key);
    }
    String before = known.substring(0, placeholder);
    String after = known.substring(placeholder + PLACEHOLDER.length());
    return key.length() > before.length() + after.length()
        && key.startsWith(before)
        && key.endsWith(after);
  }

  private static String firstWord(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }
}
