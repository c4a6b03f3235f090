package io.autotaskprovisioner.account;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads an Authorization header of {@code Scheme value} pairs: any order, separated by a comma, by
 * space or by both, any amount of space, scheme words in any case. Values are taken as they stand:
 * they contain {@code +}, {@code /} and {@code =}.
 *
 * <p>One pass over the text without regular expressions, so time grows with its length only.
 */
public final class AuthorizationHeader {

  /** Our choice: longer headers are not read; three secrets need about 200 characters. */
  private static final int MAX_LENGTH = 8192;

  private final Map<String, String> pairs;

  private AuthorizationHeader(Map<String, String> pairs) {
    this.pairs = pairs;
  }

  /**
   * Reads the header; what is no pair is passed over. Of a scheme that comes twice neither value
   * counts, since nobody can say which is meant.
   */
  public static AuthorizationHeader parse(String header) {
    Map<String, String> pairs = new TreeMap<>();
    if (header.length() <= MAX_LENGTH) {
      Words words = new Words(header);
      String scheme = words.next();
      while (scheme != null) {
        String value = words.nextInPair();
        if (value != null) {
          pairs.merge(scheme.toLowerCase(Locale.ROOT), value, (one, other) -> "");
        }
        scheme = words.next();
      }
    }
    pairs.values().removeIf(String::isEmpty);
    return new AuthorizationHeader(pairs);
  }

  /** The value behind the scheme word, whatever its case. */
  public Optional<String> value(String scheme) {
    return Optional.ofNullable(pairs.get(scheme.toLowerCase(Locale.ROOT)));
  }

  /** The pair that platform calls need; empty if one is missing. */
  public Optional<CallerSecrets> callerSecrets() {
    return value("User")
        .flatMap(user -> value("Organization").map(org -> new CallerSecrets(user, org)));
  }

  /** Never the values. */
  @Override
  public String toString() {
    return "AuthorizationHeader" + pairs.keySet();
  }

  /** The words of the text; a comma ends a pair. */
  private static final class Words {

    private final String text;
    private int position;

    Words(String text) {
      this.text = text;
    }

    /** The next word, wherever it is; null at the end. */
    @Nullable String next() {
      while (position < text.length() && (isSpace() || isComma())) {
        position++;
      }
      return word();
    }

    /** The next word before a comma; null where the pair has none. */
    @Nullable String nextInPair() {
      while (position < text.length() && isSpace()) {
        position++;
      }
      return word();
    }

    private @Nullable String word() {
      int start = position;
      while (position < text.length() && !isSpace() && !isComma()) {
        position++;
      }
      return start == position ? null : text.substring(start, position);
    }

    private boolean isSpace() {
      return text.charAt(position) == ' ' || text.charAt(position) == '\t';
    }

    private boolean isComma() {
      return text.charAt(position) == ',';
    }
  }
}
