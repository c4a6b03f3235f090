package io.autotaskprovisioner.api;

import java.util.Map;

/**
 * An answer ready to be sent, as the message body at the end of an API route.
 *
 * @param headers further header fields; {@code Content-Type} and {@code Elements-Request-Id} are
 *     set by the server
 * @param body JSON in UTF-8
 */
record ApiAnswer(int statusCode, Map<String, String> headers, byte[] body) {

  ApiAnswer {
    headers = Map.copyOf(headers);
  }

  ApiAnswer(int statusCode, byte[] body) {
    this(statusCode, Map.of(), body);
  }

  @Override
  public String toString() {
    return "ApiAnswer[" + statusCode + ", " + body.length + " bytes]";
  }
}
