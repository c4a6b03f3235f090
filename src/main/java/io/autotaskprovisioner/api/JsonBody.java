package io.autotaskprovisioner.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.Locale;

/**
 * Reads a request body as JSON, strictly: one document, UTF-8, no repeated keys, bounded nesting.
 * Errors name a place, never a value. Thread-safe.
 */
final class JsonBody {

  private static final int MAX_NESTING = 64;

  private final ObjectMapper mapper =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

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
      return mapper.readTree(request.body());
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw ApiException.badRequest(
          place == null
              ? "The body is not one valid JSON document."
              : "The body is not one valid JSON document: see line %d, column %d."
                  .formatted(place.getLineNr(), place.getColumnNr()));
    } catch (IOException e) {
      throw ApiException.badRequest("The body is not valid UTF-8.");
    }
  }

  private static void requireJson(String contentType) {
    String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!mediaType.equals("application/json") && !mediaType.endsWith("+json")) {
      throw ApiException.notJson();
    }
  }
}
