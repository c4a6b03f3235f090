package io.autotaskprovisioner.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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

  private TestDatabase database;
  private Accounts accounts;

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
  }

  @Test
  void only_both_secrets_together_open_the_account() {
    Account account = accounts.create(caller(SECRETS));
    accounts.create(caller(new CallerSecrets("another", "fedcba9876543210")));
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
    accounts.create(caller(SECRETS));
    assertThatThrownBy(() -> accounts.create(caller(SECRETS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(SECRETS.user());
  }

  @Test
  void a_disabled_account_stops_within_seconds() {
    accounts.create(caller(SECRETS));
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

  private static NewAccount caller(CallerSecrets secrets) {
    return new NewAccount("a@example.com", "Ann", "Lee", "user", secrets);
  }
}
