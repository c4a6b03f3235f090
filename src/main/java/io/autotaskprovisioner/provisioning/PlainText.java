package io.autotaskprovisioner.provisioning;

import org.jsoup.Jsoup;

/** Names and tags without their HTML: {@code <b>Acme</b> & Co} becomes {@code Acme & Co}. */
final class PlainText {

  private PlainText() {}

  /** The text a browser would show, with its inner white space kept and its ends trimmed. */
  static String of(String text) {
    boolean hasNoMarkup = text.indexOf('<') < 0 && text.indexOf('&') < 0;
    return hasNoMarkup ? text.strip() : Jsoup.parseBodyFragment(text).body().wholeText().strip();
  }
}
