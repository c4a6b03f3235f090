package io.autotaskprovisioner.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KeyRingsSuite {

  private static final byte[] SECRET = "s3cret".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
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

  @Test
  void a_sealed_value_opens_in_its_own_place_only() {
    KeyRing ring = database.keyRing();
    byte[] sealed = ring.seal(SECRET, "instance.sealed_token:7");
    assertThat(ring.open(sealed, "instance.sealed_token:7")).isEqualTo(SECRET);
    assertThatThrownBy(() -> ring.open(sealed, "instance.sealed_token:8"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("instance.sealed_token:8");
    assertThatThrownBy(() -> TinkKeyRing.generate().open(sealed, "instance.sealed_token:7"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_hash_is_32_bytes_and_keeps_purpose_and_value_apart() {
    KeyRing ring = database.keyRing();
    assertThat(ring.hash("ab", bytes("c"))).hasSize(32).isEqualTo(ring.hash("ab", bytes("c")));
    assertThat(ring.hash("ab", bytes("c"))).isNotEqualTo(ring.hash("a", bytes("bc")));
  }

  @Test
  void the_file_is_owner_only() throws Exception {
    Path file = database.directory().resolve("keyring.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void a_missing_ring_stops_the_start_and_makes_no_new_one() {
    Path file = folder.resolve("missing.json");
    assertThatThrownBy(() -> KeyRings.open(database.database().dataSource(), file))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("secret.key-file");
    assertThat(file).doesNotExist();
  }

  @Test
  void a_foreign_or_broken_ring_stops_the_start() throws Exception {
    Path foreign = folder.resolve("foreign.json");
    assertThat(new KeyRingFile(foreign).create(TinkKeyRing.generate())).isTrue();
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"sealing\": 1}");
    for (Path file : List.of(foreign, broken)) {
      assertThatThrownBy(() -> KeyRings.open(database.database().dataSource(), file))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("secret.key-file");
      assertThat(file).exists();
    }
  }

  @Test
  void of_nodes_that_start_at_once_with_folders_of_their_own_one_ring_remains() throws Exception {
    try (TestDatabase shared = open()) {
      shared.execute("delete from key_check");
      ExecutorService nodes = Executors.newFixedThreadPool(4);
      int opened = 0;
      try {
        List<Future<KeyRing>> starts =
            IntStream.range(0, 4)
                .mapToObj(
                    i ->
                        nodes.submit(
                            () ->
                                KeyRings.open(
                                    shared.database().dataSource(),
                                    folder.resolve("node" + i).resolve("keyring.json"))))
                .toList();
        for (Future<KeyRing> start : starts) {
          try {
            start.get();
            opened++;
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(InvalidSettingException.class);
          }
        }
      } finally {
        nodes.shutdown();
      }
      assertThat(opened).isEqualTo(1);
      assertThat(
              IntStream.range(0, 4)
                  .filter(i -> Files.exists(folder.resolve("node" + i).resolve("keyring.json"))))
          .hasSize(1);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
