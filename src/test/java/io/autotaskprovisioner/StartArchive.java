package io.autotaskprovisioner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes that a start loads, once loaded and checked, as an archive that the JVM maps
 * (AppCDS): a start then costs half the CPU time, which tests pay again and again. The first
 * process that wants it makes it by a start of its own, while the others go without. The JVM
 * ignores an archive that does not fit it or the jar.
 */
final class StartArchive {

  private StartArchive() {}

  /** Options of the JVM for a start of the jar; none while there is no archive. */
  static synchronized List<String> options(Path jar) throws IOException {
    FileTime built = Files.getLastModifiedTime(jar);
    Path archive = jar.resolveSibling("start-%d.jsa".formatted(built.toMillis()));
    if (!Files.exists(archive)) {
      Path lock = jar.resolveSibling("start.lock");
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock mine = channel.tryLock()) {
        if (mine == null) {
          return List.of();
        }
        if (!Files.exists(archive)) {
          removeOthers(jar.getParent());
          make(archive);
        }
      }
    }
    // Empty where this JVM makes none.
    return Files.size(archive) == 0 ? List.of() : List.of("-XX:SharedArchiveFile=" + archive);
  }

  /** Those of jars that are no more: each has some 90 MB. */
  private static void removeOthers(Path folder) throws IOException {
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, "start-*.jsa")) {
      for (Path archive : archives) {
        Files.delete(archive);
      }
    }
  }

  private static void make(Path archive) throws IOException {
    Path folder = Files.createTempDirectory("start-archive");
    Path made = archive.resolveSibling("start.new");
    Files.deleteIfExists(made);
    try (LaunchedApplication application = new LaunchedApplication(folder)) {
      application
          .launchWith(List.of("-XX:ArchiveClassesAtExit=" + made), "--demo")
          .awaitReady()
          .terminate(Duration.ofMinutes(3));
      if (!Files.exists(made)) {
        Files.createFile(made);
      }
      Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
