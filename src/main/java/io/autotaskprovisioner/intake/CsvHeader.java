package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.ConfigurationEntry;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.setting.Slip;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one CSV file. Immutable.
 *
 * <p>A column is a {@link FlatField} or, where its name has a dot, a configuration key. Any key is
 * legal in a request; one that differs from a known key by a letter or two is taken for a slip and
 * refused. A column without a name may have no values.
 */
final class CsvHeader {

  private static final int MOST_SHOWN_DIFFERENCE = 3;

  /**
   * @param name as written
   * @param target the field or configuration key; null where the column has no name
   * @param field null where it is a configuration key or has no name
   */
  record Column(String name, @Nullable String target, @Nullable FlatField field) {

    /** Blanks around a value are slips, except where they may belong to a secret. */
    boolean keepsBlanks(SecretMask mask) {
      return field == FlatField.PASSWORD || (target != null && mask.isSecret(target));
    }
  }

  private final List<Column> columns;

  private CsvHeader(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /**
   * Reads the header's cells.
   *
   * @throws UnreadableFileException if a column is unknown or stands twice, or if this is no header
   */
  static CsvHeader of(List<String> cells, ElementCatalogue catalogue) {
    Set<String> knownKeys = knownKeys(catalogue);
    List<Column> columns = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      Column column = column(cells.get(i).strip(), i + 1, knownKeys, problems);
      columns.add(column);
      if (column.target != null) {
        Integer earlier = places.putIfAbsent(column.target, i + 1);
        if (earlier != null) {
          problems.add("columns %d and %d are both %s".formatted(earlier, i + 1, column.target));
        }
      }
    }
    if (places.isEmpty()) {
      // it may be a record whose header was forgotten, so its cells are not shown
      throw new UnreadableFileException(
          "The first line has no known column: it must be the header, with columns such as"
              + " name,username,password,serverUrl.");
    }
    if (!problems.isEmpty()) {
      throw new UnreadableFileException(
          "The header cannot be used: %s."
              .formatted(problems.stream().limit(10).collect(Collectors.joining("; "))));
    }
    return new CsvHeader(columns);
  }

  private static Column column(
      String name, int place, Set<String> knownKeys, List<String> problems) {
    Optional<FlatField> field = FlatField.ofHeader(name);
    if (name.isEmpty() || field.isPresent()) {
      return new Column(name, field.map(FlatField::fieldName).orElse(null), field.orElse(null));
    }
    Optional<String> key = knownKeys.stream().filter(name::equalsIgnoreCase).findFirst();
    if (key.isPresent()) {
      return new Column(name, key.get(), null);
    }
    boolean isKey = name.indexOf('.') > 0;
    Set<String> candidates = new TreeSet<>(knownKeys);
    if (!isKey) {
      candidates.addAll(FlatField.fieldNames());
    }
    String nearest = Slip.nearest(name, candidates);
    if (isKey && Slip.distance(name, nearest) > Slip.LETTERS) {
      return new Column(name, name, null);
    }
    // A file without a header has its first record here, password included: only what is nearly a
    // known name is shown.
    problems.add(
        Slip.distance(name, nearest) <= MOST_SHOWN_DIFFERENCE
            ? "column %d, '%s', is unknown; did you mean '%s'?"
                .formatted(place, FieldProblems.shown(name), nearest)
            : "column %d has no known name (not shown, since it may be a value: does the file begin"
                    .formatted(place)
                + " with a header line?)");
    return new Column(name, null, null);
  }

  private static Set<String> knownKeys(ElementCatalogue catalogue) {
    return catalogue.elements().stream()
        .flatMap(element -> element.configuration().stream())
        .map(ConfigurationEntry::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  List<Column> columns() {
    return columns;
  }

  int size() {
    return columns.size();
  }

  List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** Whether this is a file of failures that we wrote: its cells are {@link SafeCell}s. */
  boolean isOfResultFile() {
    return columns.stream().anyMatch(column -> column.field == FlatField.FAILURE_CLASS);
  }

  /**
   * The row as a flat record; an empty cell is an absent value.
   *
   * @param cells as many as there are columns
   */
  ObjectNode record(List<String> cells, SecretMask mask) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < cells.size(); i++) {
      Column column = columns.get(i);
      String cell = column.keepsBlanks(mask) ? cells.get(i) : cells.get(i).strip();
      if (column.target != null && !cell.isEmpty()) {
        record.put(column.target, cell);
      }
    }
    return record;
  }
}
