package io.autotaskprovisioner.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashingTest {

  private static final LoginPassword PASSWORD = new LoginPassword("correct horse battery");

  private final PasswordHashing hashing = new PasswordHashing(1_000);

  @Test
  void the_hash_is_salted_and_tells_its_parameters() {
    String stored = hashing.hash(PASSWORD);
    assertThat(stored)
        .matches("\\$pbkdf2-sha256\\$i=1000\\$[A-Za-z0-9+/=]{24}\\$[A-Za-z0-9+/=]{44}");
    assertThat(hashing.hash(PASSWORD)).isNotEqualTo(stored);
    assertThat(hashing.matches(PASSWORD.value(), stored)).isTrue();
    assertThat(hashing.matches(PASSWORD.value() + " ", stored)).isFalse();
    assertThat(hashing.matches("", stored)).isFalse();
    assertThat(hashing.matches(PASSWORD.value(), hashing.nobodys())).isFalse();
  }

  /** The known answer of RFC 7914, section 11: P="passwd", S="salt", c=1, the first 32 bytes. */
  @Test
  void it_is_pbkdf2_with_hmac_sha256() {
    byte[] hash =
        HexFormat.of().parseHex("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
    String stored = "$pbkdf2-sha256$i=1$c2FsdA==$" + Base64.getEncoder().encodeToString(hash);
    assertThat(hashing.matches("passwd", stored)).isTrue();
  }

  @Test
  void what_an_earlier_version_stored_is_read_and_known_to_be_outdated() {
    String stored = hashing.hash(PASSWORD);
    PasswordHashing later = new PasswordHashing(PasswordHashing.ITERATIONS);
    assertThat(later.matches(PASSWORD.value(), stored)).isTrue();
    assertThat(later.isOutdated(stored)).isTrue();
    assertThat(hashing.isOutdated(stored)).isFalse();
  }

  @Test
  void the_same_text_written_otherwise_is_the_same_password() {
    String stored = hashing.hash(new LoginPassword("caf\u00e9 au lait, s'il vous pla\u00eet"));
    assertThat(hashing.matches("cafe\u0301 au lait, s'il vous plai\u0302t", stored)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "eleven-long", "with\nline break", "nul\0nul\0nul\0", "half\ud800of-a-pair"})
  void what_nobody_could_type_or_anybody_could_guess_is_no_password(String text) {
    assertThat(LoginPassword.isUsable(text)).isFalse();
    assertThatThrownBy(() -> new LoginPassword(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
