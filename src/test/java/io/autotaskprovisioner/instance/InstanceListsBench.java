package io.autotaskprovisioner.instance;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.support.TestDatabase;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What a page costs in a list of a million instances, and in one of a thousand beside it; by hand
 * only, see the README.
 */
class InstanceListsBench {

  private static final int INSTANCES = Integer.getInteger("instances", 1_000_000);
  private static final int SMALL = 1000;
  private static final long LARGE_ACCOUNT = 1;
  private static final long SMALL_ACCOUNT = 2;
  private static final int PAGE = 100;
  private static final int WARM_UP = 20;
  private static final int RUNS = 41;
  private static final Instant NOW = Instant.parse("2026-11-24T16:40:00Z");

  private final ElementCatalogue catalogue = new ElementCatalogue(new ObjectMapper());

  @Test
  void h2() {
    run("H2", TestDatabase.h2());
  }

  @Test
  void postgresql() {
    run("PostgreSQL", TestDatabase.postgres());
  }

  private void run(String product, TestDatabase database) {
    try (database) {
      InstanceRow row = new InstanceRow(new ObjectMapper(), database.keyRing(), catalogue);
      long start = System.nanoTime();
      fill(database, row);
      System.out.printf(
          "%s: %,d instances of one account, %,d of another, written in %d s%n",
          product, INSTANCES, SMALL, (System.nanoTime() - start) / 1_000_000_000L);
      InstanceLists lists = new InstanceLists(database.database(), new Instances(row), row);
      measure(database, lists);
      System.gc();
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      System.out.printf("%s: heap in use after all that: %,d MB%n", product, heap >> 20);
    }
  }

  private void measure(TestDatabase database, InstanceLists lists) {
    InstanceFilter all = InstanceFilter.all(LARGE_ACCOUNT);
    InstanceFilter small = InstanceFilter.all(SMALL_ACCOUNT);
    InstanceFilter half = new InstanceFilter(LARGE_ACCOUNT, null, List.of("half"), null);
    long middle = INSTANCES / 2;
    long last = INSTANCES - PAGE / 2;
    long base = time("a list of 1,000: first page, total", RUNS, page(database, lists, small, 0));
    times(base, "first page, total", page(database, lists, all, 0));
    times(base, "page in the middle, total", page(database, lists, all, middle));
    times(base, "last page, total", page(database, lists, all, last));
    times(base, "first page, hydrate=false", thin(database, lists, all, 0));
    times(base, "page in the middle, hydrate=false", thin(database, lists, all, middle));
    times(
        base,
        "of one element, page in the middle",
        page(database, lists, all.ofElement("autotaskfinance"), middle));
    times(base, "tag of every second, first page", page(database, lists, half, 0));
    times(base, "tag of every second, last page", page(database, lists, half, last));
    times(
        base,
        "tag of ten",
        page(database, lists, new InstanceFilter(LARGE_ACCOUNT, null, List.of("rare"), null), 0));
    times(
        base,
        "tag of one",
        page(
            database,
            lists,
            new InstanceFilter(LARGE_ACCOUNT, null, List.of(name(middle)), null),
            0));
    InstanceFilter both = new InstanceFilter(LARGE_ACCOUNT, null, List.of("rare", "half"), null);
    times(base, "two tags, the rare one first", search(lists, both));
    times(base, "searchText that many names have", search(lists, named("customer")));
    scan(
        base,
        "searchText that the last name has",
        search(lists, named(name(INSTANCES).toLowerCase(Locale.ROOT))));
    scan(base, "searchText that no name has", search(lists, named("nobody")));
    scan(
        base,
        "for comparison: select count(*) of the account",
        () -> database.number("select count(*) from instance where account_id = 1"));
  }

  private static InstanceFilter named(String text) {
    return new InstanceFilter(LARGE_ACCOUNT, null, List.of(), text);
  }

  private static Supplier<Object> page(
      TestDatabase database, InstanceLists lists, InstanceFilter filter, long afterId) {
    return () ->
        database
            .database()
            .transaction(
                c ->
                    List.of(
                        lists.page(c, filter, lists.whole(), afterId, PAGE),
                        lists.total(c, filter)));
  }

  private static Supplier<Object> thin(
      TestDatabase database, InstanceLists lists, InstanceFilter filter, long afterId) {
    return () ->
        database
            .database()
            .transaction(
                c ->
                    List.of(
                        lists.page(c, filter, lists.thin(), afterId, PAGE),
                        lists.total(c, filter)));
  }

  private static Supplier<Object> search(InstanceLists lists, InstanceFilter filter) {
    return () -> lists.search(filter, lists.whole(), 0, PAGE);
  }

  private static void times(long base, String what, Supplier<Object> page) {
    ratio(base, time(what, RUNS, page));
  }

  private static void scan(long base, String what, Supplier<Object> page) {
    ratio(base, time(what, 3, page));
  }

  private static void ratio(long base, long took) {
    System.out.printf("    %.2f times the first page of 1,000%n", (double) took / base);
  }

  /** Prints and answers the median in microseconds, with what the calling thread allocates. */
  private static long time(String what, int runs, Supplier<Object> page) {
    for (int i = 0; i < (runs == RUNS ? WARM_UP : 1); i++) {
      page.get();
    }
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long[] took = new long[runs];
    long allocated = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      page.get();
      took[i] = (System.nanoTime() - start) / 1000;
    }
    allocated = (threads.getThreadAllocatedBytes(thread) - allocated) / runs;
    Arrays.sort(took);
    System.out.printf(
        "  %-50s median %,9d us, worst %,9d us, %,8d KB allocated%n",
        what, took[runs / 2], took[runs - 1], allocated >> 10);
    return took[runs / 2];
  }

  /** By batches past the repository, which would take minutes; the kept counts as it would. */
  private void fill(TestDatabase database, InstanceRow row) {
    for (long account = LARGE_ACCOUNT; account <= SMALL_ACCOUNT; account++) {
      database.execute(
          """
          insert into account (id, email, first_name, last_name, role, user_secret_hash,
            organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
          select %1$d, 'a@b.example', 'A', 'B', 'admin', h, h, h, h, current_timestamp
          from (select cast('%1$d' as bytea) as h) x
          """
              .formatted(account));
    }
    int step = 10_000;
    for (int from = 1; from <= INSTANCES; from += step) {
      int first = from;
      List<Instance> instances = new ArrayList<>();
      for (int i = first; i < first + step; i++) {
        instances.add(instance(i, LARGE_ACCOUNT));
      }
      for (int i = 0; i < step / (INSTANCES / SMALL); i++) {
        instances.add(instance(INSTANCES + first / (INSTANCES / SMALL) + i + 1, SMALL_ACCOUNT));
      }
      insert(database, row, instances);
    }
    database.execute(
        """
        insert into instance_count (account_id, element_key, shard, instances)
        select account_id, element_key, 0, count(*) from instance group by account_id, element_key
        """);
    if (database.settings().url().startsWith("jdbc:postgresql")) {
      database.execute("analyze");
    }
  }

  private static void insert(TestDatabase database, InstanceRow row, List<Instance> instances) {
    database
        .database()
        .transaction(
            connection -> {
              try (PreparedStatement insert = connection.prepareStatement(Instances.INSERT);
                  PreparedStatement tag =
                      connection.prepareStatement(
                          "insert into instance_tag (account_id, tag, instance_id)"
                              + " values (?, ?, ?)")) {
                for (Instance instance : instances) {
                  row.write(insert, instance);
                  // In rising order, or an embedded file would be filled for half an hour.
                  insert.setBytes(6, ByteBuffer.allocate(8).putLong(instance.id()).array());
                  insert.addBatch();
                  for (String text : instance.tags()) {
                    tag.setLong(1, instance.accountId());
                    tag.setString(2, text);
                    tag.setLong(3, instance.id());
                    tag.addBatch();
                  }
                }
                insert.executeBatch();
                tag.executeBatch();
                return null;
              }
            });
  }

  private static String name(long id) {
    return "Customer %08d".formatted(id);
  }

  private static Instance instance(long id, long account) {
    List<String> tags = new ArrayList<>(List.of(name(id)));
    if (id % 2 == 0) {
      tags.add("half");
    }
    if (id % (INSTANCES / 10) == 0) {
      tags.add("rare");
    }
    return new Instance(
        id,
        account,
        null,
        "autotaskfinance",
        name(id),
        "token-" + id,
        tags,
        Map.of(
            "finance.autotask.username",
            "api-%d@example.com".formatted(id),
            "finance.autotask.password",
            "secret-" + id,
            "finance.autotask.server.url",
            "https://ww3.autotask.net"),
        "none",
        true,
        false,
        false,
        new TenantDetails(
            "Zone",
            "https://webservices3.autotask.net/",
            null,
            id % 1000,
            10_000,
            60,
            1,
            null,
            null,
            NOW),
        NOW,
        NOW,
        1);
  }
}
