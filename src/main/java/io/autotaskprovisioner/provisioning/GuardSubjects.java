package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.secret.KeyRing;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the guard remembers of a login: keyed hashes, as hex.
 *
 * @param user of the login name, whatever its case
 * @param pair of login name and secret under the integration code: a wrong code looks like a wrong
 *     secret, so that its rejection says nothing of the same secret under another code, with which
 *     instances may be at work
 * @param code of the integration code; null where there is none
 */
record GuardSubjects(String user, String pair, @Nullable String code) {

  private static final String PURPOSE = "login_guard.";

  static GuardSubjects of(KeyRing keyRing, LoginCredentials login) {
    String user = login.userName().toLowerCase(Locale.ROOT);
    String code = login.integrationCode();
    return new GuardSubjects(
        hash(keyRing, "user", user),
        // A separator that neither part can hold.
        hash(keyRing, "pair", user + "\0" + login.secret() + (code == null ? "" : "\0" + code)),
        code == null ? null : codeHash(keyRing, code));
  }

  static String codeHash(KeyRing keyRing, String code) {
    return hash(keyRing, "code", code);
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String hash(KeyRing keyRing, String kind, String value) {
    byte[] hash = keyRing.hash(PURPOSE + kind, value.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash);
  }
}
