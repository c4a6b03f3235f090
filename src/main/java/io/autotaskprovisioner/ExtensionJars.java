package io.autotaskprovisioner;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jars in {@code ./ext}: further Camel components, JDBC drivers and what they need. {@code java
 * -jar} knows only the class path of the jar's manifest, so they come with a class loader of their
 * own, which sees the program's classes first.
 */
final class ExtensionJars {

  private static final Logger LOG = LoggerFactory.getLogger(ExtensionJars.class);

  private ExtensionJars() {}

  /**
   * A class loader that also knows the jars of the folder; the program's own where there are none.
   *
   * @throws InvalidSettingException if the folder is there and cannot be read
   */
  static ClassLoader classLoader(Path folder) {
    ClassLoader own = ExtensionJars.class.getClassLoader();
    if (!Files.isDirectory(folder)) {
      return own;
    }
    List<URL> jars = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path file : files) {
        jars.add(file.toUri().toURL());
        names.add(file.getFileName().toString());
      }
    } catch (IOException e) {
      throw new InvalidSettingException(
          "The folder %s cannot be read (%s): give this user the right to, or remove it."
              .formatted(folder, e.getClass().getSimpleName()),
          e);
    }
    if (jars.isEmpty()) {
      return own;
    }
    LOG.info("Extensions from {}: {}", folder, names.stream().sorted().toList());
    return new URLClassLoader("ext", jars.toArray(URL[]::new), own);
  }
}
