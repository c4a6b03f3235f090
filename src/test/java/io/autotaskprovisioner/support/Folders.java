package io.autotaskprovisioner.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What lies in folders of the program. */
public final class Folders {

  private Folders() {}

  /** The names of all that lies in the folder but the file by which nodes know it. */
  public static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".autotask-provisioner-id"))
          .sorted()
          .toList();
    }
  }
}
