package io.autotaskprovisioner.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.secret.KeyAdministration.Key;
import io.autotaskprovisioner.secret.KeyAdministration.Piece;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Keys come and go while two nodes seal and open, and nothing is ever out of reach. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KeyRotationSuite {

  private static final int ACCOUNTS = 1200;

  @TempDir Path folder;
  private TestDatabase database;
  private Path file;
  private Node one;
  private Node two;
  private int round;

  /** A process, as far as keys go, with a clock of its own for its looks at the file. */
  private final class Node {

    final AtomicLong time = new AtomicLong();
    final ReloadingKeyRing ring;
    final KeyRingNodes presence;
    final KeyAdministration keys;

    Node(Path ringFile, String name) {
      KeyRingStore store = new KeyRingFile(ringFile);
      Object stamp = store.stamp();
      ring = new ReloadingKeyRing(store, store.read().orElseThrow(), stamp, time::get);
      presence = new KeyRingNodes(database.database(), ring, name);
      keys = new KeyAdministration(database.database(), ring, presence);
      presence.tell();
    }

    void passes(int seconds) {
      time.addAndGet(seconds * 1_000_000_000L);
    }
  }

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
  void aRingOfOneKeyThatTwoNodesShare() {
    database.clear();
    database.execute("delete from key_check");
    file = folder.resolve("ring" + ++round).resolve("keyring.json");
    KeyRings.open(database.database().dataSource(), file);
    one = new Node(file, "one");
    two = new Node(file, "two");
  }

  @Test
  void every_sealed_column_of_the_schema_is_known() {
    List<String> columns =
        database
            .database()
            .transaction(
                connection -> {
                  try (var statement = connection.createStatement();
                      ResultSet row =
                          statement.executeQuery(
                              "select table_name, column_name from information_schema.columns where table_schema = 'public' and column_name like 'sealed%'")) {
                    List<String> found = new ArrayList<>();
                    while (row.next()) {
                      found.add(row.getString(1) + "." + row.getString(2));
                    }
                    return found;
                  }
                });

    assertThat(SealedColumn.ALL.stream().map(SealedColumn::name))
        .containsExactlyInAnyOrderElementsOf(columns);
  }

  @Test
  void a_key_is_used_only_when_every_node_has_read_it_and_then_both_open_what_either_seals() {
    Path copy = folder.resolve("copy" + round + ".json");
    copy(copy);
    Node apart = new Node(copy, "apart");
    long old = one.ring.current().primaryId();

    long added = one.keys.add();
    assertThat(one.ring.current().primaryId()).isEqualTo(old);
    assertThatThrownBy(() -> one.keys.use(added))
        .isInstanceOf(RefusedKeyChangeException.class)
        .hasMessageContaining("two (", "apart (");
    two.presence.tell();
    assertThatThrownBy(() -> one.keys.use(added)).hasMessageContaining("apart (");
    copy(copy);
    apart.presence.tell();
    one.keys.use(added);

    byte[] sealed = one.ring.seal(bytes("new"), "place");
    assertThat(TinkKeyRing.keyIdOf(sealed)).isEqualTo(added);
    assertThat(two.ring.open(sealed, "place")).isEqualTo(bytes("new"));
    assertThat(apart.ring.open(sealed, "place")).isEqualTo(bytes("new"));
    byte[] late = two.ring.seal(bytes("late"), "place");
    assertThat(TinkKeyRing.keyIdOf(late)).as("until it looks again").isEqualTo(old);
    assertThat(one.ring.open(late, "place")).isEqualTo(bytes("late"));
    two.passes(6);
    assertThat(TinkKeyRing.keyIdOf(two.ring.seal(bytes("next"), "place"))).isEqualTo(added);
    assertThat(two.ring.hash("purpose", bytes("v")))
        .isEqualTo(apart.ring.hash("purpose", bytes("v")));
  }

  @Test
  void a_node_that_has_not_looked_opens_what_a_key_it_does_not_know_sealed() {
    long added = one.keys.add();
    // As if the other had died two minutes ago and come back.
    database.execute("delete from key_ring_node where name = 'two'");
    one.keys.use(added);

    assertThat(two.ring.open(one.ring.seal(bytes("v"), "place"), "place")).isEqualTo(bytes("v"));
  }

  @Test
  void everything_is_sealed_anew_in_pieces_beside_changes_and_the_old_key_goes_after_that()
      throws Exception {
    accounts(ACCOUNTS);
    others();
    long old = one.ring.current().primaryId();
    long added = one.keys.add();
    two.presence.tell();
    one.keys.use(added);
    assertThatThrownBy(() -> one.keys.remove(old)).hasMessageContaining("two still seals with");
    two.presence.tell();
    assertThatThrownBy(() -> one.keys.remove(old))
        .as("what was sealed before may still be on its way")
        .hasMessageContaining("try again in");
    settle();
    assertThatThrownBy(() -> one.keys.remove(old))
        .isInstanceOf(RefusedKeyChangeException.class)
        .hasMessageContaining(
            "account.sealed_user_secret " + ACCOUNTS,
            "idempotency_key.sealed_answer 2",
            "import_item.sealed_instance 2",
            "key_check.sealed_canary 1",
            "run keys reseal first");

    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> changes = CompletableFuture.supplyAsync(() -> changeUntil(done));
    CompletableFuture<Long> beside = CompletableFuture.supplyAsync(() -> resealAll(two));
    long resealed = resealAll(one) + beside.join();
    done.set(true);

    int changed = changes.join();
    // Two at once do nothing twice: whoever was late found another value than the one it had read.
    assertThat(resealed).isBetween(2L * ACCOUNTS, 2L * ACCOUNTS + 6 + changed);
    assertThat(one.keys.reseal(Optional.empty()).resealed()).as("all is done").isZero();
    one.keys.remove(old);
    assertThat(one.ring.current().keyIds()).containsExactly(added);
    assertThat(allValues(one.ring)).hasSize(2 * ACCOUNTS + 6).contains("changed " + changed);
    KeyRings.open(database.database().dataSource(), file);
  }

  @Test
  void a_reseal_goes_on_where_it_was_ended_and_leaves_what_nobody_can_open() throws Exception {
    accounts(700);
    byte[] foreign = TinkKeyRing.generate().seal(bytes("x"), "account.sealed_password:1");
    setBytes("update account set sealed_password = ? where id = 1", foreign);
    long added = one.keys.add();
    two.presence.tell();
    one.keys.use(added);

    Piece first = one.keys.reseal(Optional.of("account.sealed_user_secret:650"));
    assertThat(first.after()).isNull();
    assertThat(first.resealed()).isEqualTo(50 + 700);
    assertThat(first.unreadable()).isEqualTo(1);
    Piece again = one.keys.reseal(Optional.empty());
    assertThat(again.resealed()).isEqualTo(650 + 1);
    assertThat(again.unreadable()).isEqualTo(1);
    assertThat(one.keys.overview().keys())
        .filteredOn(key -> !key.onRing())
        .singleElement()
        .extracting(Key::total)
        .isEqualTo(1L);
    for (String nonsense :
        List.of("account", "nowhere.column:1", "import_item.sealed_instance:1/a")) {
      assertThatThrownBy(() -> one.keys.reseal(Optional.of(nonsense)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_foreign_a_broken_and_a_missing_file_change_nothing_in_a_process_that_runs()
      throws Exception {
    byte[] sealed = one.ring.seal(bytes("v"), "place");
    byte[] good = Files.readAllBytes(file);
    Path foreign = folder.resolve("foreign" + round + ".json");
    KeyRingCopy.generate(foreign);
    for (byte[] content : new byte[][] {Files.readAllBytes(foreign), bytes("{}"), {}}) {
      Files.write(file, content);
      one.passes(6);
      assertThat(one.ring.open(one.ring.seal(bytes("w"), "place"), "place")).isEqualTo(bytes("w"));
      assertThat(one.ring.open(sealed, "place")).isEqualTo(bytes("v"));
    }
    Files.delete(file);
    one.passes(6);
    assertThat(one.ring.open(sealed, "place")).isEqualTo(bytes("v"));
    assertThatThrownBy(() -> one.keys.add())
        .isInstanceOf(RefusedKeyChangeException.class)
        .hasMessageContaining("is missing");
    Files.write(file, good);
    one.keys.add();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(one.ring.open(sealed, "place")).isEqualTo(bytes("v"));
  }

  @Test
  void keys_added_by_two_at_once_are_all_there() {
    List<CompletableFuture<Long>> adds = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      adds.add(CompletableFuture.supplyAsync(one.keys::add));
      adds.add(CompletableFuture.supplyAsync(two.keys::add));
    }
    List<Long> added = adds.stream().map(CompletableFuture::join).toList();
    assertThat(new KeyRingFile(file).read().orElseThrow().keyIds()).hasSize(9).containsAll(added);
  }

  @Test
  void a_ring_in_a_setting_is_read_and_not_changed_there() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    ReloadingKeyRing ring =
        KeyRings.open(database.database().dataSource(), new KeyRingText(base64));
    byte[] sealed = ring.seal(bytes("v"), "place");
    assertThat(one.ring.open(sealed, "place")).isEqualTo(bytes("v"));
    assertThatThrownBy(() -> new KeyAdministration(database.database(), ring, one.presence).add())
        .isInstanceOf(RefusedKeyChangeException.class)
        .hasMessageContaining("secret.key-ring", "--ring FILE");
    for (String broken : List.of("not base64 ***", "e30=", base64.substring(8))) {
      assertThatThrownBy(() -> new KeyRingText(broken))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("secret.key-ring")
          .hasMessageNotContaining(broken);
    }
  }

  @Test
  void a_copy_of_the_ring_is_changed_without_a_server() throws Exception {
    Path copy = folder.resolve("edited" + round + ".json");
    copy(copy);
    long old = one.ring.current().primaryId();
    long added = KeyRingCopy.at(copy).add();
    assertThatThrownBy(() -> KeyRingCopy.at(copy).remove(old)).hasMessageContaining("seals");
    KeyRingCopy.at(copy).use(added);
    KeyRingCopy.at(copy).remove(old);
    assertThat(new KeyRingFile(copy).read().orElseThrow().keyIds()).containsExactly(added);
    assertThat(one.ring.look().keyIds()).containsExactly(old);
    assertThatThrownBy(() -> KeyRingCopy.generate(copy)).hasMessageContaining("is there already");
  }

  private long resealAll(Node node) {
    long resealed = 0;
    Optional<String> after = Optional.empty();
    do {
      Piece piece = node.keys.reseal(after);
      resealed += piece.resealed();
      after = Optional.ofNullable(piece.after());
    } while (after.isPresent());
    return resealed;
  }

  /** What a rotation of secrets does, again and again, to one account. */
  private int changeUntil(AtomicBoolean done) {
    int number = 0;
    do {
      number++;
      setBytes(
          "update account set sealed_user_secret = ? where id = " + ACCOUNTS,
          two.ring.seal(bytes("changed " + number), "account.sealed_user_secret:" + ACCOUNTS));
    } while (!done.get());
    return number;
  }

  private void accounts(int count) {
    for (int from = 1; from <= count; from += 300) {
      int first = from;
      database
          .database()
          .transaction(
              connection -> {
                try (PreparedStatement insert =
                    connection.prepareStatement(
                        "insert into account (id, email, first_name, last_name, role, user_secret_hash, organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at) values (?, 'e', 'f', 'l', 'member', ?, ?, ?, ?, current_timestamp)")) {
                  for (int id = first; id < first + 300 && id <= count; id++) {
                    insert.setLong(1, id);
                    insert.setBytes(2, one.ring.hash("user", bytes("" + id)));
                    insert.setBytes(3, bytes("h"));
                    insert.setBytes(
                        4, one.ring.seal(bytes("user " + id), "account.sealed_user_secret:" + id));
                    insert.setBytes(
                        5,
                        one.ring.seal(
                            bytes("organization " + id),
                            "account.sealed_organization_secret:" + id));
                    insert.addBatch();
                  }
                  insert.executeBatch();
                }
                return null;
              });
    }
  }

  /** Those whose keys have two parts, and the proof, which is there. */
  private void others() {
    for (String key : List.of("a/b", "a:c")) {
      setBytes(
          "insert into idempotency_key (account_id, idempotency_key, fingerprint, reservation_id, reserved_until, status_code, created_at, sealed_answer) values (1, '%s', '', 1, current_timestamp, 200, current_timestamp, ?)"
              .formatted(key)
              .replace("'', 1,", "cast('' as bytea), 1,"),
          one.ring.seal(bytes("answer " + key), "idempotency_key.sealed_answer:1:" + key));
    }
    database.execute(
        "insert into import_job (id, account_id, requested_by, status, items, next_attempt_at, created_at) values (7, 1, 1, 'PROVING', 2, current_timestamp, current_timestamp)");
    for (int place : List.of(1, 2)) {
      setBytes(
          "insert into import_item (job_id, place, instance_id, name, status, next_attempt_at, sealed_instance) values (7, %d, 1, 'n', 'WAITING', current_timestamp, ?)"
              .formatted(place),
          one.ring.seal(bytes("item " + place), "import_item.sealed_instance:7/" + place));
    }
    setBytes(
        "update account set sealed_password = ? where id = 1",
        one.ring.seal(bytes("password"), "account.sealed_password:1"));
  }

  private void settle() {
    database.execute(
        "update key_ring_node set primary_since = current_timestamp - interval '61' second");
  }

  private List<String> allValues(KeyRing ring) {
    List<String> values = new ArrayList<>();
    for (SealedColumn column : SealedColumn.ALL) {
      database
          .database()
          .<Object>transaction(
              connection -> {
                column
                    .piece(connection, null, 10_000)
                    .forEach(
                        value ->
                            values.add(
                                new String(
                                    ring.open(value.sealed(), column.context(value)),
                                    StandardCharsets.ISO_8859_1)));
                return null;
              });
    }
    return values;
  }

  private void setBytes(String sql, byte[] value) {
    database
        .database()
        .transaction(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setBytes(1, value);
                return statement.executeUpdate();
              }
            });
  }

  private void copy(Path target) {
    try {
      Files.write(target, Files.readAllBytes(file));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
