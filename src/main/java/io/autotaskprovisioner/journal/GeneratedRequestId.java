package io.autotaskprovisioner.journal;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code r-<journal id>}: the name of a request whose caller gave it none. */
final class GeneratedRequestId {

  private static final Pattern FORM = Pattern.compile("r-(\\d{1,18})");

  private GeneratedRequestId() {}

  static String of(long journalId) {
    return "r-" + journalId;
  }

  /** The journal id in it, or empty where the text cannot be a generated id. */
  static OptionalLong journalId(String requestId) {
    Matcher matcher = FORM.matcher(requestId);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
