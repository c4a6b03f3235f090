package io.autotaskprovisioner;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which route files are loaded: the packed ones, each replaced by a file of the same name
 * in {@code ./routes}, and further ones from there.
 */
final class RouteFiles implements CamelConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
  static final String SUFFIX = ".camel.yaml";

  private final MainConfigurationProperties main;
  private final Path folder;

  RouteFiles(MainConfigurationProperties main, Path folder) {
    this.main = main;
    this.folder = folder;
  }

  @Override
  public void configure(CamelContext context) throws Exception {
    Map<String, String> places = new TreeMap<>();
    Collection<Resource> packed =
        PluginHelper.getPackageScanResourceResolver(context)
            .findResources("classpath:routes/*" + SUFFIX);
    Map<String, Resource> packedByName = new TreeMap<>();
    for (Resource resource : packed) {
      String name = resource.getLocation().replaceAll(".*[/:]", "");
      packedByName.put(name, resource);
      places.put(name, "classpath:routes/" + name);
    }
    List<String> replaced = new ArrayList<>();
    List<String> added = new ArrayList<>();
    for (Path file : in(folder)) {
      String name = file.getFileName().toString();
      Resource original = packedByName.get(name);
      if (original == null) {
        added.add(name);
      } else if (differs(file, original)) {
        replaced.add(name);
      }
      places.put(name, "file:" + file);
    }
    if (!replaced.isEmpty() || !added.isEmpty()) {
      LOG.info(
          "Routes from {}: {} replace packed ones, {} are further ones", folder, replaced, added);
    }
    main.setRoutesIncludePattern(String.join(",", places.values()));
  }

  /** The route files of the folder; none where there is no such folder. */
  static List<Path> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      return found;
    }
  }

  private static boolean differs(Path file, Resource original) {
    try (InputStream packed = original.getInputStream()) {
      return !Arrays.equals(Files.readAllBytes(file), packed.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
