package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Parses the JSON text of one record. Thread-safe. */
final class RecordJson {

  /** Our choice: the deepest documented value, a poller configuration, has four levels. */
  static final int MAX_DEPTH = 32;

  static final int MAX_DIGITS = 100;

  private final ObjectMapper mapper;

  RecordJson(int recordLimit) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxStringLength(recordLimit)
                    .maxNameLength(recordLimit)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // the names come from outside: interning them would fill a table of the whole process
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();
    mapper =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
  }

  /** Reads the text as record {@code number}, which begins on the line. */
  RawRecord record(long number, long line, int column, String text) {
    try {
      JsonNode content = mapper.readTree(text);
      if (!content.isObject()) {
        return RawRecord.unreadable(number, line, "A record must be a JSON object.");
      }
      return new RawRecord(number, line, content, null, null, text.length());
    } catch (JsonProcessingException e) {
      return RawRecord.unreadable(number, line, problem(e, line, column));
    } catch (NumberFormatException e) {
      // Jackson's own way to refuse an exponent of eleven digits and more.
      return RawRecord.unreadable(number, line, "A number is beyond all bounds.");
    }
  }

  /** In our words: the parser's own quote the text, which may be a secret. */
  private static String problem(JsonProcessingException e, long line, int column) {
    if (e instanceof StreamConstraintsException) {
      return "Nested deeper than %d levels, or a number of more than %d digits."
          .formatted(MAX_DEPTH, MAX_DIGITS);
    }
    if (String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field")) {
      return "A field stands twice in the same object.";
    }
    JsonLocation place = e.getLocation();
    if (place == null) {
      return "Not valid JSON.";
    }
    int placeColumn = place.getColumnNr() + (place.getLineNr() == 1 ? column - 1 : 0);
    return "Not valid JSON at line %d, column %d."
        .formatted(line + place.getLineNr() - 1, placeColumn);
  }
}
