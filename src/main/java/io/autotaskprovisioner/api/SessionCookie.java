package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.LoginSession;
import io.netty.handler.codec.http.cookie.CookieHeaderNames.SameSite;
import io.netty.handler.codec.http.cookie.DefaultCookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.netty.handler.codec.http.cookie.ServerCookieEncoder;
import java.time.Duration;
import java.util.List;

/**
 * The cookie of a login by form. No script reads it, no other site sends it, and nothing but the
 * look at the account's own secrets takes it, so that it opens no way to act for somebody.
 */
final class SessionCookie {

  private static final String NAME = "elements-session";
  private static final String PATH = "/elements/api-v1/ui";
  private static final int MAX_VALUES = 4;

  private SessionCookie() {}

  /**
   * The value of the {@code Set-Cookie} header.
   *
   * @param secure whether it may travel by https only
   */
  static String set(LoginSession session, Duration lifetime, boolean secure) {
    DefaultCookie cookie = new DefaultCookie(NAME, session.value());
    cookie.setPath(PATH);
    cookie.setMaxAge(lifetime.toSeconds());
    cookie.setHttpOnly(true);
    cookie.setSecure(secure);
    cookie.setSameSite(SameSite.Strict);
    return ServerCookieEncoder.STRICT.encode(cookie);
  }

  /** What the {@code Cookie} header holds under its name: one value, or some where paths differ. */
  static List<String> values(String header) {
    return ServerCookieDecoder.STRICT.decodeAll(header).stream()
        .filter(cookie -> cookie.name().equals(NAME))
        .map(cookie -> cookie.value())
        .limit(MAX_VALUES)
        .toList();
  }
}
