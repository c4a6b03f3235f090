package io.autotaskprovisioner.api;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer ready to be sent, as the message body at the end of an API route.
 *
 * @param headers further header fields; {@code Elements-Request-Id} is set by the server, and
 *     {@code Content-Type} where it is not among them
 * @param body JSON in UTF-8
 * @param file what is sent instead of the body, however large; null where the body is
 */
record ApiAnswer(int statusCode, Map<String, String> headers, byte[] body, @Nullable Path file) {

  ApiAnswer {
    headers = Map.copyOf(headers);
  }

  ApiAnswer(int statusCode, Map<String, String> headers, byte[] body) {
    this(statusCode, headers, body, null);
  }

  ApiAnswer(int statusCode, byte[] body) {
    this(statusCode, Map.of(), body);
  }

  static ApiAnswer ofFile(Path file, Map<String, String> headers) {
    return new ApiAnswer(200, headers, new byte[0], file);
  }

  @Override
  public String toString() {
    return "ApiAnswer[" + statusCode + ", " + body.length + " bytes]";
  }
}
