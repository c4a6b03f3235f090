package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * User name and password as a caller typed them; {@link #toString} shows neither.
 *
 * @param userName the e-mail address of an account, or anything else
 */
record LoginForm(String userName, String password) {

  private static final int MAX_FIELDS = 32;

  /**
   * Out of the form that the hosted service's sign-in page sent: {@code j_username}, {@code
   * j_password}; other fields are passed over.
   *
   * @throws ApiException 400 where one is missing or there twice, or the form cannot be read
   */
  static LoginForm ofUrlEncoded(byte[] body) {
    Map<String, List<String>> fields;
    try {
      fields =
          new QueryStringDecoder(
                  new String(body, StandardCharsets.UTF_8),
                  StandardCharsets.UTF_8,
                  false,
                  MAX_FIELDS,
                  true)
              .parameters();
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("The form cannot be read: its values must be percent-encoded.");
    }
    return new LoginForm(only(fields, "j_username"), only(fields, "j_password"));
  }

  /**
   * @throws ApiException 400 where one is missing or no string
   */
  static LoginForm ofJson(JsonNode body) {
    return new LoginForm(text(body, "username"), text(body, "password"));
  }

  private static String only(Map<String, List<String>> fields, String name) {
    List<String> values = fields.getOrDefault(name, List.of());
    if (values.size() != 1) {
      throw ApiException.badRequest("The form must hold %s once.".formatted(name));
    }
    return values.get(0);
  }

  private static String text(JsonNode body, String field) {
    JsonNode value = body.path(field);
    if (!value.isTextual()) {
      throw ApiException.badRequest(
          "The body must be a JSON object with the strings username and password.");
    }
    return value.asText();
  }

  @Override
  public String toString() {
    return "LoginForm[********]";
  }
}
