package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceLists.Found;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.support.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InstanceListsSuite {

  private static final long ACCOUNT = 1;
  private static final Instant NOW = Instant.parse("2026-11-24T16:40:00Z");
  private static final String FINANCE = "autotaskfinance";

  private TestDatabase database;
  private InstanceRow row;
  private Instances instances;
  private InstanceLists lists;

  abstract TestDatabase open();

  final TestDatabase database() {
    return database;
  }

  @BeforeAll
  void openDatabase() {
    database = open();
    row =
        new InstanceRow(
            new ObjectMapper(), database.keyRing(), new ElementCatalogue(new ObjectMapper()));
    instances = new Instances(row);
    lists = new InstanceLists(database.database(), instances, row);
  }

  @AfterAll
  void closeDatabase() {
    database.close();
  }

  @BeforeEach
  void emptyDatabase() {
    database.clear();
    for (long id = ACCOUNT; id <= ACCOUNT + 1; id++) {
      database.execute(
          """
          insert into account (id, email, first_name, last_name, role, user_secret_hash,
            organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
          select %1$d, 'a@b.example', 'A', 'B', 'admin', h, h, h, h, current_timestamp
          from (select cast('%1$d' as bytea) as h) x
          """
              .formatted(id));
    }
  }

  private static Instance instance(long id, long account, String name, String... tags) {
    return new Instance(
        id,
        account,
        null,
        FINANCE,
        name,
        "token-" + id,
        List.of(tags),
        Map.of("finance.autotask.username", "u", "finance.autotask.password", "hush"),
        "none",
        true,
        false,
        false,
        new TenantDetails(null, null, null, null, null, null, null, null, null, NOW),
        NOW,
        NOW,
        1);
  }

  private void insert(Instance... all) {
    for (Instance instance : all) {
      inTransaction(connection -> instances.insert(connection, instance));
    }
  }

  private <T> T inTransaction(SqlWork<T> work) {
    return database.database().transaction(work);
  }

  private static InstanceFilter tagged(String... tags) {
    return new InstanceFilter(ACCOUNT, null, List.of(tags), null);
  }

  private static InstanceFilter named(String text) {
    return new InstanceFilter(ACCOUNT, null, List.of(), text);
  }

  /** Every match, page by page, by whichever of the two ways the filter has. */
  private List<Long> ids(InstanceLists from, InstanceFilter filter, int size) {
    return pages(from, filter, size).stream().flatMap(List::stream).toList();
  }

  private List<List<Long>> pages(InstanceLists from, InstanceFilter filter, int size) {
    List<List<Long>> pages = new ArrayList<>();
    OptionalLong next = OptionalLong.of(0);
    while (next.isPresent()) {
      long after = next.getAsLong();
      Found<Instance> found =
          filter.isIndexed()
              ? inTransaction(c -> from.page(c, filter, from.whole(), after, size))
              : from.search(filter, from.whole(), after, size);
      assertThat(found.rows().size()).isLessThanOrEqualTo(size);
      pages.add(found.rows().stream().map(Instance::id).toList());
      next = found.next();
    }
    return pages;
  }

  private List<Long> ids(InstanceFilter filter) {
    List<Long> ids = ids(lists, filter, 2);
    assertThat(total(filter)).isEqualTo(OptionalLong.of(ids.size()));
    return ids;
  }

  private OptionalLong total(InstanceFilter filter) {
    return inTransaction(connection -> lists.total(connection, filter));
  }

  private long count(long account) {
    return inTransaction(connection -> instances.count(connection, account));
  }

  @Test
  void a_page_of_large_instances_ends_early_and_the_next_goes_on_behind_it() {
    int count = 2 * InstanceLists.SLICE + 5;
    for (long id = 1; id <= count; id++) {
      insert(instance(id, ACCOUNT, "large " + id, "ops"));
    }
    InstanceLists narrow =
        new InstanceLists(
            database.database(), instances, row, InstanceLists.PIECE, InstanceLists.SCAN_TIME, 1);
    List<Long> all = LongStream.rangeClosed(1, count).boxed().toList();

    for (InstanceFilter filter : List.of(tagged("ops"), named("large"))) {
      for (int size : List.of(1, InstanceLists.SLICE, InstanceLists.SLICE + 1, 500)) {
        assertThat(pages(narrow, filter, size))
            .as("%s by %d", filter, size)
            .allSatisfy(page -> assertThat(page).hasSizeLessThanOrEqualTo(InstanceLists.SLICE))
            .hasSizeLessThanOrEqualTo(count / Math.min(size, InstanceLists.SLICE) + 1);
        assertThat(ids(narrow, filter, size)).isEqualTo(all);
        assertThat(ids(lists, filter, size)).isEqualTo(all);
      }
      assertThat(pages(lists, filter, 500)).as("usual ones").hasSize(1);
    }
  }

  @Test
  void tags_are_found_as_they_are_written_and_several_are_asked_for_together() {
    insert(
        instance(10, ACCOUNT, "a", "ops", "blue"),
        instance(11, ACCOUNT, "b", "ops", "ops"),
        instance(12, ACCOUNT, "c", "blue"),
        instance(13, ACCOUNT, "d"),
        instance(14, ACCOUNT + 1, "e", "ops", "blue"));

    assertThat(ids(tagged("ops"))).containsExactly(10L, 11L);
    assertThat(ids(tagged("ops", "blue"))).containsExactly(10L);
    assertThat(ids(tagged("ops", "ops"))).containsExactly(10L, 11L);
    assertThat(ids(tagged("OPS"))).isEmpty();
    assertThat(ids(tagged("ops").ofElement(FINANCE))).containsExactly(10L, 11L);
    assertThat(ids(tagged("ops").ofElement("autotaskcrm"))).isEmpty();
    assertThat(ids(InstanceFilter.all(ACCOUNT + 1))).containsExactly(14L);
  }

  @Test
  void a_search_finds_a_part_of_the_name_or_of_the_element_key_in_any_case() {
    insert(
        instance(10, ACCOUNT, "Acme & Co", "x"),
        instance(11, ACCOUNT, "100%_sure!"),
        instance(12, ACCOUNT, "Zenith", "x"),
        instance(13, ACCOUNT + 1, "Acme"));

    assertThat(ids(named("ACME"))).containsExactly(10L);
    assertThat(ids(named("%_SURE!"))).containsExactly(11L);
    assertThat(ids(named("_"))).containsExactly(11L);
    assertThat(ids(named("' or 1=1 --"))).isEmpty();
    assertThat(ids(named("taskFIN"))).containsExactly(10L, 11L, 12L);
    assertThat(ids(named("nope"))).isEmpty();
    assertThat(ids(new InstanceFilter(ACCOUNT, null, List.of("x"), "zen"))).containsExactly(12L);
    assertThat(ids(named("acme").ofElement(FINANCE))).containsExactly(10L);
  }

  @Test
  void a_scan_goes_on_in_pieces_and_says_where_it_stopped() {
    InstanceLists small =
        new InstanceLists(
            database.database(), instances, row, 3, Duration.ZERO, InstanceLists.MAX_WEIGHT);
    for (long id = 10; id < 40; id++) {
      insert(instance(id, ACCOUNT, id % 9 == 0 ? "nine" : "other", "t"));
    }
    Found<Instance> nothing = small.search(named("nine"), small.whole(), 9, 5);
    assertThat(nothing.rows()).isEmpty();
    assertThat(nothing.next()).isEqualTo(OptionalLong.of(12));

    assertThat(ids(small, named("nine"), 2)).containsExactly(18L, 27L, 36L);
    assertThat(ids(small, new InstanceFilter(ACCOUNT, null, List.of("t"), "nine"), 1))
        .containsExactly(18L, 27L, 36L);
    assertThat(ids(small, named("other"), 4)).hasSize(27).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void a_thin_row_is_read_without_its_configuration() {
    insert(instance(10, ACCOUNT, "a", "ops", "ops"));
    database.execute("update instance set sealed_secrets = cast('x' as bytea)");

    Found<InstanceSummary> found =
        inTransaction(c -> lists.page(c, tagged("ops"), lists.thin(), 0, 5));

    assertThat(found.rows())
        .containsExactly(
            new InstanceSummary(
                10,
                ACCOUNT,
                FINANCE,
                "a",
                "token-10",
                List.of("ops", "ops"),
                "none",
                true,
                false,
                false,
                NOW));
    assertThat(found.next()).isEmpty();
    assertThat(found.rows().get(0).toString()).doesNotContain("token-10");
  }

  @Test
  void an_instance_is_counted_when_its_row_is_written_and_only_then() {
    insert(instance(10, ACCOUNT, "a"), instance(11, ACCOUNT, "b"), instance(12, 2, "c"));
    // The repeat of a commit thought lost.
    insert(instance(11, ACCOUNT, "b"));
    assertThat(count(ACCOUNT)).isEqualTo(2);

    inTransaction(connection -> instances.remove(connection, 10));
    boolean again = inTransaction(connection -> instances.remove(connection, 10));
    assertThat(again).isFalse();
    assertThat(count(ACCOUNT)).isEqualTo(1);
    assertThat(count(2)).isEqualTo(1);
    Map<String, Long> byElement = inTransaction(c -> instances.countByElement(c, ACCOUNT));
    assertThat(byElement).isEqualTo(Map.of(FINANCE, 1L));

    inTransaction(connection -> instances.remove(connection, 11));
    byElement = inTransaction(c -> instances.countByElement(c, ACCOUNT));
    assertThat(byElement).isEmpty();
  }

  @Test
  void a_removed_instance_leaves_no_tag_behind_and_a_changed_one_its_present_ones() {
    Instance instance = instance(10, ACCOUNT, "a", "ops", "ops", "blue");
    insert(instance, instance(11, ACCOUNT, "b", "ops"));
    inTransaction(
        connection -> {
          instances.retag(connection, instance, instance(10, ACCOUNT, "a", "blue", "red"));
          return null;
        });
    database.execute("update instance set tags_json = '[\"blue\",\"red\"]' where id = 10");

    assertThat(ids(tagged("ops"))).containsExactly(11L);
    assertThat(ids(tagged("red", "blue"))).containsExactly(10L);

    inTransaction(connection -> instances.remove(connection, 10));
    assertThat(database.number("select count(*) from instance_tag")).isEqualTo(1);
  }

  @Test
  void what_is_rolled_back_is_not_counted() {
    CompletableFuture<Object> failed =
        database
            .database()
            .write(
                connection -> {
                  instances.insert(connection, instance(10, ACCOUNT, "a", "t"));
                  throw new IllegalStateException("on purpose");
                });
    assertThat(failed).failsWithin(Duration.ofSeconds(20));
    assertThat(count(ACCOUNT)).isZero();
    assertThat(database.number("select count(*) from instance_tag")).isZero();
  }

  /** Two processes have two shards; each keeps its own and both see the sum. */
  final void countInTwoProcessesAtOnce() {
    Instances other = new Instances(row);
    insert(instance(10, ACCOUNT, "a"));
    inTransaction(connection -> other.insert(connection, instance(11, ACCOUNT, "b")));

    inTransaction(
        mine -> {
          instances.insert(mine, instance(12, ACCOUNT, "c"));
          // In the midst of that transaction, which holds its own counter's row.
          CompletableFuture.runAsync(
                  () ->
                      inTransaction(
                          theirs -> {
                            other.insert(theirs, instance(13, ACCOUNT, "d"));
                            return other.remove(theirs, 10);
                          }))
              .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
              .join();
          return null;
        });

    assertThat(count(ACCOUNT)).isEqualTo(3);
    assertThat(database.number("select count(*) from instance_count")).isEqualTo(2);
  }

  @Test
  void the_kept_numbers_are_right_after_many_writes_at_once() {
    List<CompletableFuture<Object>> writes =
        IntStream.range(0, 300)
            .mapToObj(
                i ->
                    database
                        .database()
                        .<Object>write(
                            c -> {
                              instances.insert(c, instance(100 + i, 1 + i % 2, "n" + i, "t"));
                              return i % 3 == 0 && instances.remove(c, 100 + i);
                            }))
            .toList();
    writes.forEach(CompletableFuture::join);

    for (long account = 1; account <= 2; account++) {
      assertThat(count(account))
          .isEqualTo(database.number("select count(*) from instance where account_id = " + account))
          .isEqualTo(
              database.number("select count(*) from instance_tag where account_id = " + account));
    }
  }

  @Test
  void many_candidates_of_a_filter_are_not_counted() {
    insert(instance(10, ACCOUNT, "a", "t"));
    database.execute(
        "update instance_count set instances = %d".formatted(InstanceLists.COUNTED + 1));
    assertThat(total(named("a"))).isEmpty();
    assertThat(total(InstanceFilter.all(ACCOUNT)))
        .isEqualTo(OptionalLong.of(InstanceLists.COUNTED + 1));
    assertThat(total(tagged("t"))).isEqualTo(OptionalLong.of(1));
  }
}
