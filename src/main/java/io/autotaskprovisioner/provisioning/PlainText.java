package io.autotaskprovisioner.provisioning;

import java.util.regex.Pattern;
import org.jsoup.Jsoup;

/** Names and tags without their HTML: {@code <b>Acme</b> & Co} becomes {@code Acme & Co}. */
public final class PlainText {

  /**
   * Markup that is hidden in entities comes to light by stripping, perhaps in several layers.
   * Nobody writes a name in more of them than this.
   */
  private static final int LAYERS = 5;

  private static final Pattern ENDS = Pattern.compile("^[\\p{Z}\\s]+|[\\p{Z}\\s]+$");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private static final Pattern HALF_SURROGATE = Pattern.compile("\\p{Cs}");

  private PlainText() {}

  /**
   * The text a browser would show, with its inner white space kept and its ends trimmed. Never
   * longer than what was given; stripped again it stays the same, so that it holds no markup even
   * for a page that shows it as HTML. A control character that an entity or a tag stood for is a
   * blank, half a surrogate pair the replacement character.
   */
  public static String of(String text) {
    String plain = trimmed(text);
    for (int layer = 0; hasMarkup(plain); layer++) {
      String stripped = layer < LAYERS ? strippedOnce(plain) : plain.replaceAll("[<>&]", "");
      if (stripped.equals(plain)) {
        return plain;
      }
      plain = stripped;
    }
    return plain;
  }

  private static boolean hasMarkup(String text) {
    return text.indexOf('<') >= 0 || text.indexOf('&') >= 0;
  }

  private static String strippedOnce(String text) {
    String shown = Jsoup.parseBodyFragment(text).body().wholeText();
    String whole = HALF_SURROGATE.matcher(shown).replaceAll("\uFFFD");
    return trimmed(CONTROL.matcher(whole).replaceAll(" "));
  }

  /** A non-breaking space, which {@link String#strip} leaves, is no name either. */
  private static String trimmed(String text) {
    return ENDS.matcher(text).replaceAll("");
  }
}
