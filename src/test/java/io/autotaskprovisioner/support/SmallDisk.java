package io.autotaskprovisioner.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A folder on a disk of its own that can be filled to the last byte. Needs the right to mount. */
public final class SmallDisk implements AutoCloseable {

  private static final int BLOCK = 1 << 20;
  private static final int LAST_BLOCK = 512;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts one; the test is skipped, with the reason, where that is not allowed.
   *
   * @param folder made where absent
   */
  public static SmallDisk mount(Path folder, int megabytes) throws Exception {
    Files.createDirectories(folder);
    Process mount =
        new ProcessBuilder(
                "sh",
                "-c",
                "mount -t tmpfs -o mode=0700,size=%dm tmpfs '%s'".formatted(megabytes, folder))
            .redirectErrorStream(true)
            .start();
    String output = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Assumptions.assumeTrue(
        mount.waitFor() == 0,
        "A disk can be filled only where this user may mount one of a few megabytes: " + output);
    return new SmallDisk(folder);
  }

  /** Leaves no byte free. */
  public void fill() throws IOException {
    try (OutputStream filler = Files.newOutputStream(filler())) {
      for (int size = BLOCK; size >= LAST_BLOCK; size /= 2) {
        fill(filler, new byte[size]);
      }
    }
  }

  private static void fill(OutputStream filler, byte[] block) {
    try {
      while (true) {
        filler.write(block);
      }
    } catch (IOException full) {
      // what was wanted
    }
  }

  /** Gives the room back. */
  public void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  @Override
  public void close() throws Exception {
    Process unmount = new ProcessBuilder("sh", "-c", "umount -l '%s'".formatted(folder)).start();
    unmount.waitFor(10, TimeUnit.SECONDS);
  }
}
