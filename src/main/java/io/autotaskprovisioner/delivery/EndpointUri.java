package io.autotaskprovisioner.delivery;

import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.util.URISupport;

/**
 * A Camel endpoint URI of a destination, with its secrets kept apart. Immutable and thread-safe;
 * {@link #toString} shows no secret.
 */
final class EndpointUri {

  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):(.+)");
  private static final Pattern PASSWORD_OF_USER = Pattern.compile("//[^/?@]*?:([^/?]*)@");
  private static final Pattern RAW = Pattern.compile("RAW(?:\\((.*)\\)|\\{(.*)})");
  private static final Pattern PLAIN_WORD = Pattern.compile(".{0,2}|true|false|\\d+");

  private final String text;
  private final String scheme;
  private final Map<String, String> options;

  private EndpointUri(String text, String scheme, Map<String, String> options) {
    this.text = text;
    this.scheme = scheme;
    this.options = options;
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if it is none; the message holds nothing of the text
   */
  static EndpointUri parse(String text) {
    Matcher matcher = SCHEME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("an endpoint URI begins with a scheme and a colon");
    }
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    String query = URISupport.extractQuery(text);
    if (query != null) {
      try {
        URISupport.parseQuery(query, true, true)
            .forEach((name, value) -> options.put(name, String.valueOf(value)));
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(
            "what follows the ? is not a list of option=value joined by &");
      }
    }
    return new EndpointUri(text, matcher.group(1).toLowerCase(Locale.ROOT), options);
  }

  /** With the options that it does not give itself. */
  EndpointUri withDefaults(Map<String, String> defaults) {
    StringBuilder extended = new StringBuilder(text);
    Map<String, String> all = new TreeMap<>(options);
    Map<String, String> added = new LinkedHashMap<>(defaults);
    added.keySet().removeIf(options::containsKey);
    added.forEach(
        (name, value) -> {
          extended.append(extended.indexOf("?") < 0 ? '?' : '&').append(name).append('=');
          extended.append(value);
          all.put(name, value);
        });
    return new EndpointUri(extended.toString(), scheme, all);
  }

  /** For Camel alone: may hold passwords. */
  String text() {
    return text;
  }

  String scheme() {
    return scheme;
  }

  /** An option as written, without regard to the case of its name. */
  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /**
   * What may be seen of it: no option, since nobody knows which of a foreign component's are
   * secret; no password before the host; of HTTP no path, which is secret at many receivers.
   */
  String shown() {
    String path = URISupport.sanitizeUri(URISupport.stripQuery(text));
    if (scheme.equals("http") || scheme.equals("https")) {
      return path.replaceFirst("(?i)^(https?:(?://)?)(?:[^/@]*@)?([^/]*).*$", "$1$2");
    }
    return path;
  }

  /** The text with every secret of this URI masked, whatever its letters. */
  String mask(String message) {
    String masked = message;
    for (String secret : secrets()) {
      masked = masked.replace(secret, "********");
    }
    return URISupport.sanitizeUri(masked);
  }

  /** Longest first, that no part of one stays when another is its beginning. */
  private Set<String> secrets() {
    Set<String> secrets =
        new TreeSet<>(
            (a, b) -> a.length() == b.length() ? a.compareTo(b) : b.length() - a.length());
    options.values().forEach(value -> addSecret(secrets, value));
    Matcher password = PASSWORD_OF_USER.matcher(URISupport.stripQuery(text));
    if (password.find()) {
      addSecret(secrets, password.group(1));
    }
    return secrets;
  }

  /** Any value may be one; words that say nothing are left readable. */
  private static void addSecret(Set<String> secrets, String value) {
    Matcher raw = RAW.matcher(value);
    String bare = raw.matches() ? (raw.group(1) != null ? raw.group(1) : raw.group(2)) : value;
    if (!PLAIN_WORD.matcher(bare).matches()) {
      secrets.add(bare);
    }
  }

  @Override
  public String toString() {
    return shown();
  }
}
