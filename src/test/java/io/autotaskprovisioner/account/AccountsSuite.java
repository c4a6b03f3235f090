package io.autotaskprovisioner.account;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.account.AccountAdministration.RefusedException;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AccountsSuite {

  private static final CallerSecrets SECRETS =
      new CallerSecrets("user+/secret=", "0123456789abcdef");
  private static final CallerSecrets OTHER =
      new CallerSecrets("other+/secret=", "fedcba9876543210");

  private TestDatabase database;
  private Accounts accounts;
  private AccountAdministration administration;

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
  void empty() throws Exception {
    database.clear();
    Files.deleteIfExists(firstAccountFile());
    accounts = accounts();
    administration = new AccountAdministration(database.database(), accounts);
  }

  @Test
  void only_both_secrets_together_open_the_account() {
    Account account = administration.create(caller(SECRETS));
    administration.create(caller(new CallerSecrets("another", "fedcba9876543210")));
    assertThat(accounts.authenticate(SECRETS.user(), SECRETS.organization())).contains(account);
    assertThat(accounts.authenticateAsync(SECRETS).join()).contains(account);
    assertThat(accounts.authenticate(SECRETS.user(), "fedcba9876543210")).isEmpty();
    assertThat(accounts.authenticate("another", SECRETS.organization())).isEmpty();
    assertThat(accounts.authenticate(SECRETS.organization(), SECRETS.user())).isEmpty();
    assertThat(accounts.find(account.id())).contains(account);
    assertThat(accounts.first()).contains(account);
    assertThat(accounts.find(-1)).isEmpty();
  }

  @Test
  void a_user_secret_belongs_to_one_account() {
    administration.create(caller(SECRETS));
    assertThatThrownBy(() -> administration.create(caller(SECRETS)))
        .isInstanceOf(RefusedException.class)
        .hasMessageNotContaining(SECRETS.user());
    Account other = administration.create(caller(OTHER));
    assertThatThrownBy(() -> administration.rotate(other.id(), SECRETS))
        .isInstanceOf(RefusedException.class);
    assertThat(accounts.authenticateAsync(OTHER).join()).contains(other);
  }

  @Test
  void a_disabled_account_is_refused_at_once_on_every_node_and_an_enabled_one_taken() {
    Accounts otherNode = accounts();
    administration.create(admin(OTHER));
    Account account = administration.create(caller(SECRETS));
    assertThat(accounts.authenticateAsync(SECRETS).join()).contains(account);
    assertThat(otherNode.authenticateAsync(SECRETS).join()).contains(account);

    Account disabled = administration.disable(account.id()).orElseThrow();

    assertThat(disabled.disabled()).isTrue();
    assertThat(accounts.authenticateAsync(SECRETS).join()).isEmpty();
    assertThat(otherNode.authenticateAsync(SECRETS).join()).isEmpty();
    assertThat(administration.enable(account.id())).contains(account);
    assertThat(otherNode.authenticateAsync(SECRETS).join()).contains(account);
    assertThat(administration.disable(-1)).isEmpty();
    assertThat(administration.enable(-1)).isEmpty();
  }

  @Test
  void the_last_enabled_administrator_cannot_be_disabled() {
    Account first = administration.create(admin(SECRETS));
    Account second = administration.create(admin(OTHER));
    administration.create(caller(new CallerSecrets("no-admin-at-all!", "fedcba9876543210")));
    assertThat(administration.disable(first.id())).isPresent();
    assertThatThrownBy(() -> administration.disable(second.id()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("last enabled administrator");
    assertThat(accounts.authenticateAsync(OTHER).join()).contains(second);
    assertThat(administration.disable(first.id())).as("again").isPresent();
  }

  @Test
  void administrators_who_disable_each_other_at_once_leave_one() throws Exception {
    Account first = administration.create(admin(SECRETS));
    Account second = administration.create(admin(OTHER));
    ExecutorService nodes = Executors.newFixedThreadPool(2);
    try {
      List<Future<Boolean>> acts =
          Stream.of(first, second)
              .map(account -> nodes.submit(() -> disables(account.id())))
              .toList();
      List<Boolean> done = new ArrayList<>();
      for (Future<Boolean> act : acts) {
        done.add(act.get());
      }
      assertThat(done).containsExactlyInAnyOrder(true, false);
    } finally {
      nodes.shutdown();
    }
    assertThat(administration.list(0, 10)).filteredOn(a -> !a.disabled()).hasSize(1);
  }

  @Test
  void rotated_secrets_replace_the_old_ones_at_once_and_are_sealed_for_login_calls() {
    Accounts otherNode = accounts();
    Account account = administration.create(caller(SECRETS));
    assertThat(otherNode.authenticateAsync(SECRETS).join()).contains(account);
    byte[] before = sealedUserSecret(account.id());

    assertThat(administration.rotate(account.id(), OTHER)).contains(account);

    assertThat(otherNode.authenticateAsync(SECRETS).join()).isEmpty();
    assertThat(otherNode.authenticateAsync(OTHER).join()).contains(account);
    byte[] sealed = sealedUserSecret(account.id());
    assertThat(sealed).isNotEqualTo(before);
    assertThat(database.keyRing().open(sealed, "account.sealed_user_secret:" + account.id()))
        .asString()
        .isEqualTo(OTHER.user());
    assertThat(administration.rotate(-1, OTHER)).isEmpty();
  }

  @Test
  void accounts_are_listed_page_by_page() {
    Account first = administration.create(caller(SECRETS));
    Account second = administration.create(admin(OTHER));
    assertThat(administration.list(0, 10)).containsExactly(first, second);
    assertThat(administration.list(first.id(), 10)).containsExactly(second);
    assertThat(administration.list(0, 1)).containsExactly(first);
  }

  @Test
  void many_callers_at_once_are_all_answered() {
    Account account = administration.create(caller(SECRETS));
    List<CompletableFuture<Optional<Account>>> answers =
        IntStream.range(0, 2_000).mapToObj(i -> accounts.authenticateAsync(SECRETS)).toList();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.get(20, SECONDS)).contains(account));
  }

  @Test
  void an_account_that_is_disabled_by_sql_stops_within_seconds() {
    administration.create(caller(SECRETS));
    assertThat(accounts.authenticateAsync(SECRETS).join()).isPresent();
    database.execute("update account set disabled = true");
    Awaitility.await()
        .atMost(Accounts.REMEMBERED.plus(Duration.ofSeconds(2)))
        .until(() -> accounts.authenticateAsync(SECRETS).join().isEmpty());
    assertThat(accounts().authenticateAsync(SECRETS).join()).isEmpty();
  }

  @Test
  void the_first_start_generates_secrets_into_an_owner_only_file() throws Exception {
    first(Map.of()).ensure();
    Properties file = new Properties();
    try (var reader = Files.newBufferedReader(firstAccountFile())) {
      file.load(reader);
    }
    assertThat(file.getProperty("user-secret")).hasSize(44);
    assertThat(file.getProperty("organization-secret")).matches("[0-9a-f]{32}");
    CallerSecrets secrets =
        AuthorizationHeader.parse(file.getProperty("authorization")).callerSecrets().orElseThrow();
    Account account = accounts.authenticateAsync(secrets).join().orElseThrow();
    assertThat(account.isAdmin()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(firstAccountFile())))
        .isEqualTo("rw-------");
    first(Map.of()).ensure();
    assertThat(database.number("select count(*) from account")).isEqualTo(1);
  }

  @Test
  void secrets_of_the_settings_are_used_and_written_nowhere() {
    first(
            Map.of(
                "account.initial.user-secret", "u".repeat(16),
                "account.initial.organization-secret", "o".repeat(16)))
        .ensure();
    assertThat(accounts.authenticate("u".repeat(16), "o".repeat(16))).isPresent();
    assertThat(firstAccountFile()).doesNotExist();
  }

  @Test
  void a_short_secret_stops_the_start_without_being_told() {
    assertThatThrownBy(() -> first(Map.of("account.initial.user-secret", "tooshort")).ensure())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("account.initial.user-secret")
        .hasMessageNotContaining("tooshort");
  }

  @Test
  void two_nodes_that_start_at_once_create_one_account() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    try {
      List<? extends Future<?>> starts =
          IntStream.range(0, 4)
              .mapToObj(i -> nodes.submit(() -> first(Map.of()).ensure()))
              .toList();
      for (Future<?> start : starts) {
        start.get();
      }
    } finally {
      nodes.shutdown();
    }
    assertThat(database.number("select count(*) from account")).isEqualTo(1);
  }

  private Path firstAccountFile() {
    return database.directory().resolve("first-account.properties");
  }

  private Accounts accounts() {
    return new Accounts(database.database(), database.keyRing());
  }

  private FirstAccount first(Map<String, String> values) {
    DefaultCamelContext context = new DefaultCamelContext();
    Properties properties = new Properties();
    properties.putAll(values);
    properties.put("data.directory", database.directory().toString());
    context.getPropertiesComponent().setInitialProperties(properties);
    return new FirstAccount(database.database(), accounts(), new Settings(context));
  }

  private boolean disables(long id) {
    try {
      return administration.disable(id).isPresent();
    } catch (RefusedException e) {
      return false;
    }
  }

  private byte[] sealedUserSecret(long id) {
    return database
        .database()
        .transaction(
            connection -> {
              try (var select =
                  connection.prepareStatement(
                      "select sealed_user_secret from account where id = " + id)) {
                var row = select.executeQuery();
                row.next();
                return row.getBytes(1);
              }
            });
  }

  private static NewAccount admin(CallerSecrets secrets) {
    return new NewAccount("root@example.com", "Ro", "Ot", Account.ADMIN, secrets);
  }

  private static NewAccount caller(CallerSecrets secrets) {
    return new NewAccount("a@example.com", "Ann", "Lee", "user", secrets);
  }
}
