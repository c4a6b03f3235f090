package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.support.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;

  private AtomicFile begun(String name, String process, String content) throws IOException {
    AtomicFile file = AtomicFile.create(folder.resolve(name), process);
    file.writer().write(content);
    return file;
  }

  private void put(String name, String process, String content) throws IOException {
    try (AtomicFile file = begun(name, process, content)) {
      file.commit();
    }
  }

  @Test
  void it_appears_whole_or_not_at_all() throws Exception {
    try (AtomicFile file = begun("a.csv", "one.1", "whole")) {
      assertThat(folder.resolve("a.csv")).doesNotExist();
      file.commit();
    }
    begun("b.csv", "one.1", "half").close();

    assertThat(Folders.names(folder)).containsExactly("a.csv");
    assertThat(folder.resolve("a.csv")).hasContent("whole");
  }

  @Test
  void two_processes_at_the_same_file_do_not_write_into_each_others() throws Exception {
    try (AtomicFile one = begun("a.csv", "one.1", "from one");
        AtomicFile other = begun("a.csv", "other.1", "from other")) {
      one.commit();
      assertThat(folder.resolve("a.csv")).hasContent("from one");
      other.commit();
    }
    assertThat(folder.resolve("a.csv")).hasContent("from other");
  }

  /** It may stall, for as long as it likes, between the last look at its lease and the rename. */
  @Test
  void a_process_that_was_overtaken_puts_nothing_in_place() throws Exception {
    AtomicFile stalled = begun("a.csv", "one.1", "older");
    AtomicFile elsewhere = begun("b.csv", "one.1", "of another batch");

    AtomicFile.overtake(folder, List.of(folder.resolve("a.csv")));
    put("a.csv", "other.1", "newer");

    assertThatThrownBy(stalled::commit).isInstanceOf(NoSuchFileException.class);
    stalled.close();
    assertThat(folder.resolve("a.csv")).hasContent("newer");
    elsewhere.commit();
    elsewhere.close();
    assertThat(Folders.names(folder)).containsExactlyInAnyOrder("a.csv", "b.csv");
  }

  @Test
  void what_dead_processes_left_is_removed_and_what_living_ones_write_is_not() throws Exception {
    AtomicFile ofThisNode = begun("a.csv", "one.1", "");
    AtomicFile old = begun("b.csv", "other.1", "");
    Instant now = Instant.now();
    for (Path file : Files.list(folder).toList()) {
      Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofHours(2))));
    }
    AtomicFile young = begun("c.csv", "other.2", "");
    AtomicFile ofThisNodeToo = begun("d.csv", "one.2", "");

    AtomicFile.removeLeftovers(folder, "one", now.minus(Duration.ofHours(1)));

    young.commit();
    assertThat(Folders.names(folder)).containsExactly("c.csv");
    for (AtomicFile file : List.of(ofThisNode, old, young, ofThisNodeToo)) {
      file.close();
    }
  }

  @Test
  void a_name_as_long_as_a_disk_takes_is_written_too() throws Exception {
    String name = "x".repeat(251) + ".csv";

    put(name, "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f.12345678", "content");

    assertThat(folder.resolve(name)).hasContent("content");
  }
}
