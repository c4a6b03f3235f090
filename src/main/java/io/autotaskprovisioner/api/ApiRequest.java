package io.autotaskprovisioner.api;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An HTTP request as it arrived. It travels as an exchange property, never as message headers, so
 * that nothing a caller sends can steer a component or travel on to another server. {@link
 * #toString} shows no header and no body.
 *
 * @param requestId 24 lower-case hex digits, answered as {@code Elements-Request-Id}
 * @param path without query, slashes folded
 * @param pathParameters decoded values of the route's {@code {name}} parts
 * @param query decoded query parameters
 * @param headers names compare without regard to case
 */
record ApiRequest(
    String requestId,
    String method,
    String path,
    Map<String, String> pathParameters,
    MultiMap query,
    MultiMap headers,
    byte[] body) {

  /** The exchange property that holds it. */
  static final String PROPERTY = "apiRequest";

  /** The exchange property that holds the IP address at the other end of the connection. */
  static final String PEER = "peerAddress";

  private static final int LONGEST_NOTHING = 64;

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /**
   * The parameter; empty where it is absent or blank.
   *
   * @throws ApiException 400 where it holds control characters: nothing is called so, and
   *     PostgreSQL takes no NUL
   */
  Optional<String> queryParameter(String name) {
    String value = query.get(name);
    if (value != null) {
      requireText(name, value);
    }
    return Optional.ofNullable(value).filter(given -> !given.isBlank());
  }

  /**
   * Every value of the parameters whose names match, in their order; blank ones are left out.
   *
   * @throws ApiException 400 where one holds control characters
   */
  List<String> queryParameters(Pattern name) {
    List<String> values = new ArrayList<>();
    query.forEach(
        (key, value) -> {
          if (name.matcher(key).matches() && !value.isBlank()) {
            requireText(key, value);
            values.add(value);
          }
        });
    return values;
  }

  /**
   * A parameter that is {@code true} or {@code false}, in any case.
   *
   * @throws ApiException 400 for anything else
   */
  boolean queryFlag(String name, boolean absent) {
    String text =
        queryParameter(name).map(given -> given.strip().toLowerCase(Locale.ROOT)).orElse(null);
    if (text == null) {
      return absent;
    }
    if (!text.equals("true") && !text.equals("false")) {
      throw ApiException.badRequest(name + " must be true or false.");
    }
    return text.equals("true");
  }

  private static void requireText(String name, String value) {
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw ApiException.badRequest(name + " holds a control character.");
    }
  }

  /**
   * A whole, positive id out of the path.
   *
   * @throws ApiException 404 with the given message where it is no such number, since then nothing
   *     can bear it
   */
  long pathId(String name, String notFoundMessage) {
    try {
      return Long.parseLong(pathParameters.get(name));
    } catch (NumberFormatException e) {
      throw ApiException.notFound(notFoundMessage.formatted(pathParameters.get(name)));
    }
  }

  /** Whether there is nothing in the body: blanks, or the JSON {@code null} some clients send. */
  boolean hasNoContent() {
    if (body.length > LONGEST_NOTHING) {
      return false;
    }
    String text = new String(body, StandardCharsets.US_ASCII).strip();
    return text.isEmpty() || text.equals("null");
  }

  /** The same request, known by other bytes than those that came. */
  ApiRequest withBody(byte[] other) {
    return new ApiRequest(requestId, method, path, pathParameters, query, headers, other);
  }

  @Override
  public String toString() {
    return "ApiRequest[" + requestId + " " + method + " " + path + "]";
  }
}
