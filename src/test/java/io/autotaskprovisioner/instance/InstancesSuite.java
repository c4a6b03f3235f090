package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instances.Insertion;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.support.TestDatabase;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InstancesSuite {

  private static final long ACCOUNT = 1;
  private static final Instant NOW = Instant.parse("2026-11-24T16:40:00Z");

  private TestDatabase database;
  private Instances instances;

  abstract TestDatabase open();

  @BeforeAll
  void openDatabase() {
    database = open();
    instances =
        new Instances(
            new InstanceRow(
                new ObjectMapper(), database.keyRing(), new ElementCatalogue(new ObjectMapper())));
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void emptyDatabase() {
    database.clear();
    for (long account = ACCOUNT; account <= ACCOUNT + 1; account++) {
      long id = account;
      inTransaction(
          connection -> {
            try (var insert =
                connection.prepareStatement(
                    """
                        insert into account (id, email, first_name, last_name, role,
                          user_secret_hash, organization_secret_hash, sealed_user_secret,
                          sealed_organization_secret, created_at)
                        values (?, 'a@b.example', 'A', 'B', 'admin', ?, ?, ?, ?, current_timestamp)
                        """)) {
              insert.setLong(1, id);
              for (int i = 2; i <= 5; i++) {
                insert.setBytes(i, new byte[] {(byte) id});
              }
              return insert.executeUpdate();
            }
          });
    }
  }

  private static Instance instance(long id, String requestKey) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("finance.autotask.username", "api@acme.example");
    configuration.put("finance.autotask.password", "hush-hush");
    configuration.put("finance.autotask.server.url", "https://ww3.autotask.net");
    configuration.put("event.notification.signature.key", "");
    configuration.put("custom", null);
    TenantDetails tenant =
        new TenantDetails(
            "America East",
            "https://webservices3.autotask.net/ATServicesRest/",
            null,
            20264L,
            10_000,
            60,
            null,
            null,
            null,
            NOW);
    return new Instance(
        id,
        ACCOUNT,
        requestKey,
        "autotaskfinance",
        "Acme & Söhne",
        "token-" + id,
        List.of("ops", "ops", "b"),
        configuration,
        "none",
        true,
        false,
        false,
        tenant,
        NOW,
        NOW,
        1);
  }

  private Insertion insert(Instance instance) {
    return inTransaction(connection -> instances.insert(connection, instance));
  }

  private <T> T inTransaction(SqlWork<T> work) {
    return database.database().transaction(work);
  }

  private Instance find(long account, long id) {
    return inTransaction(connection -> instances.find(connection, account, id)).orElse(null);
  }

  @Test
  void an_instance_comes_back_as_it_was_stored() {
    Instance stored = instance(10, "req:a");
    assertThat(insert(stored)).isEqualTo(Insertion.INSERTED);

    Instance found = find(ACCOUNT, 10);
    assertThat(found).isEqualTo(stored);
    assertThat(found.configuration().keySet())
        .containsExactlyElementsOf(stored.configuration().keySet());
  }

  @Test
  void no_column_holds_the_password_or_the_token_in_clear() {
    insert(instance(10, null));
    long rowsWithSecrets =
        database.number(
            """
            select count(*) from instance
            where configuration_json like '%hush-hush%' or configuration_json like '%token-10%'
              or tags_json like '%hush-hush%' or name like '%hush-hush%'
            """);
    assertThat(rowsWithSecrets).isZero();
    byte[] sealed =
        inTransaction(
            connection -> {
              try (var statement = connection.createStatement();
                  var row = statement.executeQuery("select sealed_secrets from instance")) {
                row.next();
                return row.getBytes(1);
              }
            });
    assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("hush-hush");
  }

  @Test
  void a_repeat_of_a_commit_thought_lost_changes_nothing() {
    insert(instance(10, "req:a"));
    assertThat(insert(instance(10, "req:a"))).isEqualTo(Insertion.ALREADY_STORED);
    assertThat(database.number("select count(*) from instance")).isEqualTo(1);
  }

  @Test
  void a_key_makes_one_instance_per_account_and_none_makes_as_many_as_wanted() {
    insert(instance(10, "req:a"));
    assertThat(insert(instance(11, "req:a"))).isEqualTo(Insertion.KEY_TAKEN);
    assertThat(insert(instance(12, null))).isEqualTo(Insertion.INSERTED);
    assertThat(insert(instance(13, null))).isEqualTo(Insertion.INSERTED);

    Instance bearer =
        inTransaction(connection -> instances.findByRequestKey(connection, ACCOUNT, "req:a"))
            .orElseThrow();
    assertThat(bearer.id()).isEqualTo(10);
  }

  @Test
  void nobody_sees_another_accounts_instance() {
    insert(instance(10, null));
    assertThat(find(ACCOUNT + 1, 10)).isNull();
    List<Instance> page =
        inTransaction(connection -> instances.page(connection, ACCOUNT + 1, 0, 10));
    assertThat(page).isEmpty();
  }

  @Test
  void pages_follow_each_other_by_id() {
    for (long id = 10; id < 15; id++) {
      insert(instance(id, null));
    }
    List<Instance> page = inTransaction(connection -> instances.page(connection, ACCOUNT, 11, 2));
    assertThat(page).extracting(Instance::id).containsExactly(12L, 13L);
    long count = inTransaction(connection -> instances.count(connection, ACCOUNT));
    assertThat(count).isEqualTo(5);
  }

  @Test
  void the_token_is_found_again_until_the_instance_is_removed() {
    insert(instance(10, null));
    Optional<String> token = inTransaction(connection -> instances.tokenOf(connection, 10));
    assertThat(token).contains("token-10");
    boolean removed = inTransaction(connection -> instances.remove(connection, 10));
    assertThat(removed).isTrue();
    token = inTransaction(connection -> instances.tokenOf(connection, 10));
    assertThat(token).isEmpty();
  }
}
