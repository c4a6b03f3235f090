package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.journal.RequestStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes the failed requests of a batch as CSV: the original columns, then {@code requestId},
 * {@code failureClass} and {@code reason}. Secrets stand as {@code ********}. Corrected and
 * dropped, it provisions what it holds. Memory does not grow with the number of rows. Thread-safe.
 */
final class FailedRows {

  /** Columns of JSON input that are always there, since most corrections are made in them. */
  private static final List<FlatField> ALWAYS =
      List.of(FlatField.NAME, FlatField.USERNAME, FlatField.PASSWORD, FlatField.SERVER_URL);

  private static final Set<FlatField> OURS =
      Set.of(FlatField.REQUEST_ID, FlatField.FAILURE_CLASS, FlatField.REASON);

  /** Our choice: a file of records with ever other keys does not get ever more columns. */
  private static final int MAX_KEY_COLUMNS = 200;

  private final Journal journal;
  private final ElementCatalogue catalogue;
  private final ObjectMapper json = new ObjectMapper();

  FailedRows(Journal journal, ElementCatalogue catalogue) {
    this.journal = journal;
    this.catalogue = catalogue;
  }

  void write(Batch batch, Writer writer) throws IOException {
    CsvRows rows = new CsvRows(writer, ',');
    if (batch.columnsJson() == null) {
      writeFlat(batch, rows);
    } else {
      writeOriginal(batch, CsvHeader.of(texts(batch.columnsJson()), catalogue), rows);
    }
    rows.flush();
  }

  private void writeOriginal(Batch batch, CsvHeader header, CsvRows rows) throws IOException {
    List<Integer> kept = new ArrayList<>();
    int requestIdAt = -1;
    for (int i = 0; i < header.size(); i++) {
      FlatField field = header.columns().get(i).field();
      if (field == FlatField.REQUEST_ID) {
        requestIdAt = i;
      }
      if (field != FlatField.FAILURE_CLASS && field != FlatField.REASON) {
        kept.add(i);
      }
    }
    List<String> names = new ArrayList<>(kept.stream().map(header.names()::get).toList());
    boolean hasRequestId = requestIdAt >= 0;
    addOwnNames(names, hasRequestId);
    rows.write(names);
    int requestIdColumn = requestIdAt;
    forEachFailure(
        batch,
        entry -> {
          List<String> cells = entry.original() == null ? List.of() : texts(entry.original());
          List<String> row = new ArrayList<>();
          for (int i : kept) {
            String cell = i < cells.size() ? cells.get(i) : "";
            row.add(
                SafeCell.written(
                    i == requestIdColumn && cell.isBlank() ? entry.requestId() : cell));
          }
          addOwnCells(row, entry, hasRequestId);
          rows.write(row);
        });
  }

  private void writeFlat(Batch batch, CsvRows rows) throws IOException {
    Set<String> used = new LinkedHashSet<>();
    Set<String> keys = new TreeSet<>();
    forEachFailure(
        batch,
        entry ->
            flat(entry)
                .keySet()
                .forEach(
                    column -> {
                      if (column.indexOf('.') < 0) {
                        used.add(column);
                      } else if (keys.size() < MAX_KEY_COLUMNS) {
                        keys.add(column);
                      }
                    }));
    List<String> columns = new ArrayList<>();
    for (FlatField field : FlatField.values()) {
      boolean shown = ALWAYS.contains(field) || used.contains(field.fieldName());
      if (shown && !OURS.contains(field)) {
        columns.add(field.fieldName());
      }
    }
    columns.addAll(keys);
    List<String> names = new ArrayList<>(columns);
    addOwnNames(names, false);
    rows.write(names);
    forEachFailure(
        batch,
        entry -> {
          Map<String, String> cells = flat(entry);
          List<String> row = new ArrayList<>();
          columns.forEach(column -> row.add(SafeCell.written(cells.getOrDefault(column, ""))));
          addOwnCells(row, entry, false);
          rows.write(row);
        });
  }

  private static void addOwnNames(List<String> names, boolean hasRequestId) {
    if (!hasRequestId) {
      names.add(FlatField.REQUEST_ID.fieldName());
    }
    names.add(FlatField.FAILURE_CLASS.fieldName());
    names.add(FlatField.REASON.fieldName());
  }

  private static void addOwnCells(List<String> row, JournalEntry entry, boolean hasRequestId) {
    if (!hasRequestId) {
      row.add(SafeCell.written(entry.requestId()));
    }
    row.add(String.valueOf(entry.failureClass()));
    String message = entry.failureMessage() == null ? "" : entry.failureMessage();
    row.add(
        SafeCell.written(
            entry.providerMessage() == null
                ? message
                : "%s Autotask says: %s".formatted(message, entry.providerMessage())));
  }

  private Map<String, String> flat(JournalEntry entry) {
    return entry.original() == null ? Map.of() : FlatRecord.of(parse(entry.original()), catalogue);
  }

  private List<String> texts(String jsonArray) {
    List<String> texts = new ArrayList<>();
    parse(jsonArray).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private JsonNode parse(String text) {
    try {
      return json.readTree(text);
    } catch (JsonProcessingException e) {
      // without the cause, which quotes the text
      throw new IllegalStateException("A stored record is no JSON");
    }
  }

  private void forEachFailure(Batch batch, RowWriter writer) {
    journal.forEach(
        JournalFilter.ofBatch(batch.id(), RequestStatus.FAILED),
        entry -> {
          try {
            writer.write(entry);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @FunctionalInterface
  private interface RowWriter {
    void write(JournalEntry entry) throws IOException;
  }
}
