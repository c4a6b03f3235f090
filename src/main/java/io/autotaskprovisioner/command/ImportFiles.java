package io.autotaskprovisioner.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The two files of an import, as the server wants them. No message shows a value. Stateless. */
final class ImportFiles {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .build();

  /** What counts of an instance; the rest is the element's, and makes it six times as long. */
  private static final List<String> COUNTING =
      List.of(
          "id",
          "name",
          "createdDate",
          "token",
          "tags",
          "configuration",
          "disabled",
          "traceLoggingEnabled",
          "externalAuthentication");

  private static final Map<String, String> COLUMNS =
      Map.ofEntries(
          Map.entry("id", "id"),
          Map.entry("instanceid", "id"),
          Map.entry("name", "name"),
          Map.entry("username", "username"),
          Map.entry("user", "username"),
          Map.entry("login", "username"),
          Map.entry("password", "password"),
          Map.entry("secret", "password"),
          Map.entry("serverurl", "serverUrl"),
          Map.entry("url", "serverUrl"),
          Map.entry("integrationcode", "integrationCode"));

  private ImportFiles() {}

  /**
   * The instances of a JSON array.
   *
   * @throws CommandException if there is no such file
   */
  static ArrayNode instances(Path file) {
    ArrayNode reduced = JsonNodeFactory.instance.arrayNode();
    for (JsonNode instance : array(file, text(file))) {
      if (!instance.isObject()) {
        reduced.add(instance);
        continue;
      }
      ObjectNode counting = reduced.addObject();
      COUNTING.stream()
          .filter(instance::has)
          .forEach(field -> counting.set(field, instance.get(field)));
      JsonNode element = instance.path("element");
      if (element.isObject()) {
        ObjectNode reference = counting.putObject("element");
        reference.set("key", element.path("key"));
        reference.set("id", element.path("id"));
        reference.properties().removeIf(field -> field.getValue().isMissingNode());
      } else if (!element.isMissingNode()) {
        counting.set("element", element);
      }
    }
    return reduced;
  }

  /**
   * The credentials of a JSON array or of a CSV with a header.
   *
   * @throws CommandException if there is no such file
   */
  static ArrayNode credentials(Path file) {
    String text = text(file);
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".json")
        ? array(file, text)
        : rows(file, text);
  }

  private static ArrayNode rows(Path file, String text) {
    ArrayNode entries = JsonNodeFactory.instance.arrayNode();
    String header = text.lines().findFirst().orElse("");
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(delimiter(header));
    try (MappingIterator<String[]> rows =
        CSV.readerFor(String[].class).with(schema).readValues(text)) {
      List<String> columns = new ArrayList<>();
      for (String cell : rows.hasNextValue() ? rows.nextValue() : new String[0]) {
        columns.add(column(file, cell.strip(), columns.size() + 1));
      }
      while (rows.hasNextValue()) {
        String[] cells = rows.nextValue();
        if (cells.length != columns.size()) {
          throw unreadable(
              file, "row %d has another number of cells than the header", entries.size() + 1);
        }
        ObjectNode entry = entries.addObject();
        for (int i = 0; i < cells.length; i++) {
          boolean secret = columns.get(i).equals("password");
          String cell = secret ? cells[i] : cells[i].strip();
          if (!cell.isEmpty()) {
            entry.put(columns.get(i), cell);
          }
        }
      }
      return entries;
    } catch (IOException e) {
      throw unreadable(file, "row %d is no valid CSV", entries.size() + 1);
    }
  }

  private static String column(Path file, String name, int place) {
    if (name.indexOf('.') > 0) {
      return name;
    }
    return Optional.ofNullable(COLUMNS.get(name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "")))
        .orElseThrow(
            () ->
                unreadable(
                    file,
                    "column %d of the header is none of id, name, username, password, serverUrl,"
                        + " integrationCode and no dotted configuration key",
                    place));
  }

  private static char delimiter(String header) {
    char delimiter = ',';
    for (char candidate : new char[] {';', '\t'}) {
      if (count(header, candidate) > count(header, delimiter)) {
        delimiter = candidate;
      }
    }
    return delimiter;
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }

  private static ArrayNode array(Path file, String text) {
    try {
      if (JSON.readTree(text) instanceof ArrayNode array) {
        return array;
      }
    } catch (JsonProcessingException e) {
      throw unreadable(
          file,
          "it is no valid JSON, see line %d",
          e.getLocation() == null ? 1 : e.getLocation().getLineNr());
    }
    throw unreadable(file, "it is no JSON array%s", "");
  }

  private static String text(Path file) {
    try {
      String text = Files.readString(file);
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not UTF-8%s", "");
    } catch (IOException e) {
      throw CommandException.usage(
          "%s is not there or cannot be read: give another file.".formatted(file));
    }
  }

  private static CommandException unreadable(Path file, String why, Object detail) {
    return CommandException.usage(
        "%s cannot be used: %s. Correct it.".formatted(file, why.formatted(detail)));
  }
}
