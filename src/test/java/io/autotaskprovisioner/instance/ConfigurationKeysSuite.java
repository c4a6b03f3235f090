package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConfigurationKeysSuite {

  private TestDatabase database;

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
  void emptyDatabase() {
    database.clear();
  }

  @Test
  void a_key_has_one_id_for_ever_and_in_every_process() {
    ConfigurationKeys keys = new ConfigurationKeys(database.database());
    Map<String, Long> first = keys.idsOf(List.of("b", "a")).join();
    Map<String, Long> more = keys.idsOf(List.of("a", "c", "b")).join();
    ConfigurationKeys elsewhere = new ConfigurationKeys(database.database());

    assertThat(first.keySet()).containsExactly("b", "a");
    assertThat(more.keySet()).containsExactly("a", "c", "b");
    assertThat(more).containsAllEntriesOf(first);
    assertThat(elsewhere.idsOf(List.of("c", "b", "a")).join()).isEqualTo(more);
    for (Map.Entry<String, Long> entry : more.entrySet()) {
      assertThat(elsewhere.keyOf(entry.getValue()).join()).contains(entry.getKey());
    }
    assertThat(keys.keyOf(-1).join()).isEmpty();
    assertThat(keys.idsOf(List.of()).join()).isEmpty();
  }

  @Test
  void processes_that_meet_new_keys_at_once_give_them_the_same_ids() {
    List<String> wanted = IntStream.range(0, 50).mapToObj(i -> "custom.key." + i).toList();
    List<CompletableFuture<Map<String, Long>>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(new ConfigurationKeys(database.database()).idsOf(wanted));
    }
    Map<String, Long> ids = answers.get(0).join();
    assertThat(ids.values()).doesNotContainNull().doesNotHaveDuplicates();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isEqualTo(ids));
    assertThat(database.number("select count(*) from configuration_key")).isEqualTo(50);
  }
}
