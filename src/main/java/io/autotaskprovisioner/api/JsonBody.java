package io.autotaskprovisioner.api;

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
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads a request body as JSON, strictly: one document, UTF-8, no repeated keys, bounded nesting.
 * Errors name a place, never a value. Thread-safe.
 */
final class JsonBody {

  private static final int MAX_NESTING = 64;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final ObjectMapper mapper =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Numbers become texts, digit for digit: 1e400 is no Infinity, and 1.50 may be a secret.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

  /**
   * The body as a tree; JSON null where there is no content.
   *
   * @throws ApiException 415 for another media type, 400 for anything that is not one JSON document
   */
  JsonNode read(ApiRequest request) {
    if (request.hasNoContent()) {
      return JsonNodeFactory.instance.nullNode();
    }
    request.header("Content-Type").ifPresent(JsonBody::requireJson);
    try {
      return mapper.readTree(text(request.body()));
    } catch (JsonProcessingException e) {
      throw ApiException.badRequest(problem(e));
    } catch (NumberFormatException e) {
      // Jackson's own way to refuse an exponent of eleven digits and more.
      throw ApiException.badRequest("The body holds a number beyond all bounds.");
    } catch (CharacterCodingException e) {
      throw ApiException.badRequest("The body is not valid UTF-8.");
    }
  }

  /**
   * Strictly: Jackson takes a slash or a dot that is written in two bytes instead of one, which no
   * guard in front of us would know for what it is (RFC 3629, 10).
   */
  private static String text(byte[] body) throws CharacterCodingException {
    CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
    return text.length() > 0 && text.charAt(0) == BYTE_ORDER_MARK
        ? text.subSequence(1, text.length()).toString()
        : text.toString();
  }

  /** In our words: the parser's own quote the text, which may be a secret. */
  private static String problem(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return "The body is nested deeper than %d levels, or holds a number or a field name that is far too long."
          .formatted(MAX_NESTING);
    }
    JsonLocation place = e.getLocation();
    String where =
        place == null
            ? "."
            : ": see line %d, column %d.".formatted(place.getLineNr(), place.getColumnNr());
    return String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field")
        ? "A field stands twice in the same object of the body" + where
        : "The body is not one valid JSON document" + where;
  }

  private static void requireJson(String contentType) {
    String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!mediaType.equals("application/json") && !mediaType.endsWith("+json")) {
      throw ApiException.notJson();
    }
  }
}
