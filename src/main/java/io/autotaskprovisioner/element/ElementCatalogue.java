package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.setting.InvalidSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The elements that can be provisioned, each read from one data file: the packed ones, and those of
 * a folder, where a file with the key of a packed one replaces it. Immutable and thread-safe.
 */
public final class ElementCatalogue {

  /** The element that a request means when a file names none. */
  public static final String DEFAULT_ELEMENT = "autotaskfinance";

  private static final Logger LOG = LoggerFactory.getLogger(ElementCatalogue.class);
  private static final List<String> PACKED =
      List.of(DEFAULT_ELEMENT, "autotaskcrm", "autotaskhelpdesk");

  private final Map<String, Element> byReference = new LinkedHashMap<>();
  private final Map<String, Element> byKey = new LinkedHashMap<>();

  /** Reads the packed files; one that cannot be read is a packaging error and stops the start. */
  public ElementCatalogue(ObjectMapper json) {
    ElementFile reader = new ElementFile(json);
    PACKED.forEach(key -> add(packed(reader, key)));
  }

  /**
   * Reads the packed files and those of the folder, if there is one.
   *
   * @throws InvalidSettingException if a file of the folder cannot be used, naming it
   */
  public ElementCatalogue(ObjectMapper json, Path folder) {
    this(json);
    ElementFile reader = new ElementFile(json);
    for (Path file : files(folder)) {
      Element element = read(reader, file);
      Element replaced = byKey.get(element.key());
      if (replaced != null) {
        byReference.values().removeIf(replaced::equals);
      }
      requireUnused(element, file);
      add(element);
      LOG.info(
          "Element {} comes from {}{}",
          element.key(),
          file,
          replaced == null ? "" : " and replaces the packed one");
    }
  }

  /** Finds an element by its key, its id or one of its alias ids. */
  public Optional<Element> find(String keyOrId) {
    return Optional.ofNullable(byReference.get(keyOrId));
  }

  public Collection<Element> elements() {
    return byKey.values();
  }

  /** The elements by rising id, the order of every list that callers see. */
  public List<Element> byId() {
    return byKey.values().stream().sorted(Comparator.comparingLong(Element::id)).toList();
  }

  private void add(Element element) {
    byKey.put(element.key(), element);
    references(element).forEach(reference -> byReference.put(reference, element));
  }

  private void requireUnused(Element element, Path file) {
    for (String reference : references(element)) {
      if (byReference.containsKey(reference)) {
        throw new InvalidSettingException(
            "The element file %s uses %s, which is element %s already."
                .formatted(file, reference, byReference.get(reference).key()));
      }
    }
  }

  private static List<String> references(Element element) {
    List<String> references = new ArrayList<>();
    references.add(element.key());
    references.add(Long.toString(element.id()));
    element.aliasIds().forEach(alias -> references.add(alias.toString()));
    return references;
  }

  private static Element packed(ElementFile reader, String key) {
    String place = "elements/" + key + ".json";
    try (InputStream file = ElementCatalogue.class.getClassLoader().getResourceAsStream(place)) {
      if (file == null) {
        throw new IllegalStateException("The element file " + place + " is not on the class path");
      }
      return reader.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The element file " + place + " cannot be read", e);
    }
  }

  private static Element read(ElementFile reader, Path file) {
    try (InputStream content = Files.newInputStream(file)) {
      return reader.read(content);
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingException(
          "The element file %s cannot be used: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      found.sort(null);
      return found;
    } catch (IOException e) {
      throw new InvalidSettingException(
          "The folder %s (setting element.directory) cannot be read.".formatted(folder), e);
    }
  }
}
