package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** Writes rows of cells, quoted where they must be. Does not close what it writes to. */
final class CsvRows {

  private static final CsvMapper MAPPER =
      CsvMapper.builder()
          .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .build();

  private final SequenceWriter rows;

  CsvRows(Writer writer, char delimiter) throws IOException {
    rows =
        MAPPER
            .writerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(delimiter))
            .writeValues(writer);
  }

  void write(List<String> cells) throws IOException {
    rows.write(cells.toArray(String[]::new));
  }

  void flush() throws IOException {
    rows.flush();
  }
}
