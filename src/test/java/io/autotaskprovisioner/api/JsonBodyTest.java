package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonBodyTest {

  private final JsonBody bodies = new JsonBody();

  @Test
  void numbers_are_kept_digit_for_digit() {
    JsonNode body = read("[1e400, 1.50, 0.1234567890123456789012345, 12345678901234567890]");

    assertThat(body)
        .extracting(JsonNode::asText)
        .containsExactly("1E+400", "1.50", "0.1234567890123456789012345", "12345678901234567890");
  }

  @Test
  void a_repeated_field_and_deep_nesting_are_told_as_what_they_are_without_the_text() {
    assertThatThrownBy(() -> read("{\"s3cret\":1,\"s3cret\":2}"))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("A field stands twice in the same object of the body: see line 1")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> read("[".repeat(65) + "]".repeat(65)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("nested deeper than 64 levels");
    assertThatThrownBy(() -> read("{"))
        .isInstanceOf(ApiException.class)
        .hasMessage("The body is not one valid JSON document: see line 1, column 2.");
  }

  @Test
  void a_number_beyond_all_bounds_is_refused_in_words() {
    assertThatThrownBy(() -> read("{\"name\":1e99999999999}"))
        .isInstanceOf(ApiException.class)
        .hasMessage("The body holds a number beyond all bounds.");
  }

  @Test
  void a_character_in_more_bytes_than_it_needs_is_no_utf_8() {
    byte[] dot = {'"', (byte) 0xC0, (byte) 0xAE, '"'};
    byte[] halfPair = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};

    for (byte[] body : List.of(dot, halfPair)) {
      assertThatThrownBy(() -> read(body))
          .isInstanceOf(ApiException.class)
          .hasMessage("The body is not valid UTF-8.");
    }
    assertThat(read("\uFEFF[\"\u00e4\ud83d\ude00\"]").get(0).asText())
        .isEqualTo("\u00e4\ud83d\ude00");
  }

  private JsonNode read(String json) {
    return read(json.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode read(byte[] json) {
    return bodies.read(
        new ApiRequest(
            "0123456789abcdef01234567",
            "POST",
            "/",
            Map.of(),
            MultiMap.caseInsensitiveMultiMap(),
            MultiMap.caseInsensitiveMultiMap(),
            json));
  }
}
