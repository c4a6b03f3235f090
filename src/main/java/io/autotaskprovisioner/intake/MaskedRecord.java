package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it may be kept.
 *
 * @param cells of a CSV row; null for other formats
 * @param json the cells as an array, or the record as an object
 */
record MaskedRecord(@Nullable List<String> cells, String json) {

  static MaskedRecord of(RawRecord record, @Nullable CsvHeader header, SecretMask mask) {
    if (record.cells() == null || header == null) {
      return new MaskedRecord(null, mask.record(record.content()).toString());
    }
    List<String> cells = mask.cells(header, record.cells());
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    cells.forEach(json::add);
    return new MaskedRecord(cells, json.toString());
  }
}
