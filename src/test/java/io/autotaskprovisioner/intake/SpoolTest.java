package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.intake.UploadRefusedException.Reason;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

  @TempDir Path folder;
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

  @Test
  void a_disk_that_fills_up_ends_the_upload_before_the_database_suffers() throws Exception {
    Path file = folder.resolve(".a.part");
    try (Spool spool = spool(file)) {
      spool.write(ByteBuffer.allocate(1 << 20));
      room.set(Spool.RESERVE);

      assertThatThrownBy(
              () -> {
                for (int mb = 0; mb < 20; mb++) {
                  spool.write(ByteBuffer.allocate(1 << 20));
                }
              })
          .isInstanceOfSatisfying(
              UploadRefusedException.class,
              refused -> assertThat(refused.reason()).isEqualTo(Reason.NO_ROOM))
          .hasMessageContaining("no room");
      assertThat(spool.size()).isLessThanOrEqualTo(18 << 20);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void a_spool_is_for_its_owner_alone_and_goes_when_it_is_given_up() throws Exception {
    Path file = folder.resolve(".b.part");
    try (Spool spool = spool(file)) {
      spool.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(Files.size(file)).isEqualTo(3);
    }
    assertThat(file).doesNotExist();
  }

  private Spool spool(Path file) throws Exception {
    return new Spool("a.csv", FileFormat.CSV, file, 1L << 40, room::get);
  }
}
