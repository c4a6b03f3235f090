package io.autotaskprovisioner.autotask;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * In which form the credentials travel. The three headers are what the vendor documents for REST;
 * Basic is proven for SOAP only, while every 401 of REST asks for it. So both is the default.
 */
enum Authentication {
  BASIC_AND_HEADERS("basic+headers", true, true),
  HEADERS("headers", false, true),
  BASIC("basic", true, false);

  private final String word;
  private final boolean basic;
  private final boolean headers;

  Authentication(String word, boolean basic, boolean headers) {
    this.word = word;
    this.basic = basic;
    this.headers = headers;
  }

  /**
   * @throws IllegalArgumentException if it is none of the three words
   */
  static Authentication of(String word) {
    return Arrays.stream(values())
        .filter(value -> value.word.equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Authentication is '%s': give basic+headers, headers or basic."
                        .formatted(word)));
  }

  boolean usesBasic() {
    return basic;
  }

  /**
   * The headers to send. The integration code has no place in Basic, so that its header goes along
   * in every form, where there is a code.
   */
  Map<String, CharSequence> headers(LoginCredentials credentials) {
    Map<String, CharSequence> result = new LinkedHashMap<>();
    if (basic) {
      result.put("Authorization", "Basic " + basicToken(credentials));
    }
    if (headers) {
      result.put("UserName", utf8(credentials.userName()));
      result.put("Secret", utf8(credentials.secret()));
    }
    if (credentials.integrationCode() != null) {
      result.put("ApiIntegrationCode", utf8(credentials.integrationCode()));
    }
    return result;
  }

  static String basicToken(LoginCredentials credentials) {
    String pair = credentials.userName() + ":" + credentials.secret();
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The octets of a header value. Our choice: UTF-8, what IIS reads by default; given as a text,
   * the client would send a question mark for every letter beyond ASCII.
   */
  private static CharSequence utf8(String value) {
    return new AsciiString(value.getBytes(StandardCharsets.UTF_8));
  }
}
