package io.autotaskprovisioner.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.account.AccountAdministration.RefusedException;
import io.autotaskprovisioner.account.LoginSession.Kind;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LoginsSuite {

  private static final LoginPassword PASSWORD = new LoginPassword("correct horse battery");
  private static final LoginPassword OTHER = new LoginPassword("staple and more of it");
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  /** Far fewer than in use, so that a suite takes no minutes. */
  private static final int ITERATIONS = 1_000;

  private final MutableClock clock = MutableClock.standing();
  private TestDatabase database;
  private AccountAdministration administration;
  private Logins logins;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() {
    database = open();
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.clear();
    Accounts accounts = accounts(ITERATIONS);
    administration = new AccountAdministration(database.database(), accounts);
    logins = logins(accounts);
  }

  @Test
  void a_login_gives_a_session_that_opens_the_two_secrets_on_every_node() {
    CallerSecrets secrets = CallerSecrets.generate();
    Account account = administration.create(caller("Ann@Example.com", secrets, PASSWORD));
    assertThat(account.login()).isTrue();

    for (Kind kind : Kind.values()) {
      String session = session(kind, "ann@example.COM");
      assertThat(logins(accounts(ITERATIONS)).secrets(kind, session).join()).contains(secrets);
      Kind other = kind == Kind.COOKIE ? Kind.BEARER : Kind.COOKIE;
      assertThat(logins.secrets(other, session).join()).as("as the other kind").isEmpty();
    }
  }

  @Test
  void wrong_name_wrong_password_no_password_and_a_disabled_account_are_the_same() {
    administration.create(caller("ann@example.com", CallerSecrets.generate(), PASSWORD));
    administration.create(caller("bob@example.com", CallerSecrets.generate(), null));
    Account cleo =
        administration.create(caller("cleo@example.com", CallerSecrets.generate(), PASSWORD));
    administration.disable(cleo.id());

    assertThat(logins.login(Kind.BEARER, "ann@example.com", OTHER.value())).isEmpty();
    assertThat(logins.login(Kind.BEARER, "bob@example.com", PASSWORD.value())).isEmpty();
    assertThat(logins.login(Kind.BEARER, "cleo@example.com", PASSWORD.value())).isEmpty();
    assertThat(logins.login(Kind.BEARER, "dan@example.com", PASSWORD.value())).isEmpty();
    for (String odd : new String[] {"", "\0", "\ud800", "a".repeat(100_000), "' or 1=1 --"}) {
      assertThat(logins.login(Kind.BEARER, odd, PASSWORD.value())).isEmpty();
      assertThat(logins.login(Kind.BEARER, "ann@example.com", odd)).isEmpty();
    }
  }

  @Test
  void a_session_ends_with_its_time() {
    administration.create(caller("ann@example.com", CallerSecrets.generate(), PASSWORD));
    String session = session(Kind.BEARER, "ann@example.com");
    clock.advance(LIFETIME.minusSeconds(2));
    assertThat(logins.secrets(Kind.BEARER, session).join()).isPresent();
    clock.advance(Duration.ofSeconds(2));
    assertThat(logins.secrets(Kind.BEARER, session).join()).isEmpty();
  }

  @Test
  void a_change_of_password_or_secrets_and_disabling_end_every_session_at_once() {
    Account account =
        administration.create(caller("ann@example.com", CallerSecrets.generate(), PASSWORD));
    String session = session(Kind.COOKIE, "ann@example.com");

    assertThat(administration.setPassword(account.id(), PASSWORD)).isPresent();
    assertThat(logins.secrets(Kind.COOKIE, session).join()).as("password").isEmpty();

    session = session(Kind.COOKIE, "ann@example.com");
    CallerSecrets rotated = CallerSecrets.generate();
    administration.rotate(account.id(), rotated);
    assertThat(logins.secrets(Kind.COOKIE, session).join()).as("secrets").isEmpty();
    session = session(Kind.COOKIE, "ann@example.com");
    assertThat(logins.secrets(Kind.COOKIE, session).join()).contains(rotated);

    administration.disable(account.id());
    assertThat(logins.secrets(Kind.COOKIE, session).join()).as("disabled").isEmpty();
    administration.enable(account.id());
    assertThat(logins.secrets(Kind.COOKIE, session).join()).as("enabled again").isEmpty();

    session = session(Kind.COOKIE, "ann@example.com");
    assertThat(administration.removePassword(account.id()).orElseThrow().login()).isFalse();
    assertThat(logins.secrets(Kind.COOKIE, session).join()).as("removed").isEmpty();
    assertThat(logins.login(Kind.COOKIE, "ann@example.com", PASSWORD.value())).isEmpty();
    assertThat(administration.setPassword(-1, PASSWORD)).isEmpty();
    assertThat(administration.removePassword(-1)).isEmpty();
  }

  @Test
  void an_address_logs_in_to_one_account_whatever_its_case() {
    administration.create(caller("ann@example.com", CallerSecrets.generate(), PASSWORD));
    Account namesake =
        administration.create(caller("ANN@example.com", CallerSecrets.generate(), null));
    assertThatThrownBy(
            () ->
                administration.create(
                    caller("Ann@Example.com", CallerSecrets.generate(), PASSWORD)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("logs in with this e-mail address");
    assertThatThrownBy(() -> administration.setPassword(namesake.id(), OTHER))
        .isInstanceOf(RefusedException.class);
    assertThat(administration.list(0, 10)).extracting(Account::login).containsExactly(true, false);
  }

  @Test
  void a_hash_of_fewer_rounds_is_renewed_at_the_next_login_and_ends_no_session() {
    administration.create(caller("ann@example.com", CallerSecrets.generate(), PASSWORD));
    byte[] before = sealedPassword();
    String earlier = session(Kind.BEARER, "ann@example.com");
    assertThat(sealedPassword()).isEqualTo(before);

    Accounts stricter = accounts(ITERATIONS * 2);
    assertThat(logins(stricter).login(Kind.BEARER, "ann@example.com", PASSWORD.value()))
        .isPresent();

    assertThat(sealedPassword()).isNotEqualTo(before);
    assertThat(logins.secrets(Kind.BEARER, earlier).join()).isPresent();
    assertThat(session(Kind.BEARER, "ann@example.com")).isNotBlank();
  }

  @Test
  void what_is_no_session_opens_nothing() {
    administration.create(caller("ann@example.com", CallerSecrets.generate(), PASSWORD));
    String session = session(Kind.BEARER, "ann@example.com");
    String forged = (session.charAt(20) == 'A' ? "B" : "A") + session.substring(21);
    for (String value :
        new String[] {
          "", "x", "====", "\0", session + "A", session.substring(0, 20) + forged, "a".repeat(9_000)
        }) {
      assertThat(logins.secrets(Kind.BEARER, value).join()).as(value).isEmpty();
    }
  }

  @Test
  void nothing_shows_password_or_session() {
    NewAccount ann = caller("ann@example.com", CallerSecrets.generate(), PASSWORD);
    assertThat(ann.toString()).doesNotContain(PASSWORD.value(), ann.secrets().user());
    administration.create(ann);
    Optional<LoginSession> session = logins.login(Kind.BEARER, "ann@example.com", PASSWORD.value());
    assertThat(session.toString()).doesNotContain(session.orElseThrow().value());
  }

  private String session(Kind kind, String userName) {
    return logins.login(kind, userName, PASSWORD.value()).orElseThrow().value();
  }

  private byte[] sealedPassword() {
    return database
        .database()
        .transaction(
            connection -> {
              try (var select = connection.prepareStatement("select sealed_password from account");
                  var row = select.executeQuery()) {
                row.next();
                return row.getBytes(1);
              }
            });
  }

  private Accounts accounts(int iterations) {
    return new Accounts(database.database(), database.keyRing(), new PasswordHashing(iterations));
  }

  private Logins logins(Accounts accounts) {
    return new Logins(database.database(), database.keyRing(), accounts, clock, LIFETIME);
  }

  private static NewAccount caller(String email, CallerSecrets secrets, LoginPassword password) {
    return new NewAccount(email, "Ann", "Lee", Account.MEMBER, secrets, password);
  }
}
