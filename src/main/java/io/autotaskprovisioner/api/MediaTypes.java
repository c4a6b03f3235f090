package io.autotaskprovisioner.api;

import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Locale;

/** What callers say of media types: everything here is JSON, in and out. */
final class MediaTypes {

  /** What a route that reads a form says it {@code consumes}. */
  static final String URL_ENCODED_FORM = "application/x-www-form-urlencoded";

  private MediaTypes() {}

  /** Whether the {@code Accept} header lets JSON pass; an absent or unreadable one does. */
  static boolean acceptsJson(HttpServerRequest request) {
    String accept = request.getHeader("Accept");
    if (accept == null || accept.isBlank()) {
      return true;
    }
    return Arrays.stream(accept.split(","))
        .map(range -> range.strip().toLowerCase(Locale.ROOT))
        .anyMatch(MediaTypes::isJsonRange);
  }

  /** Whether a body follows the head; an empty one does not count. */
  static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return request.getHeader("Transfer-Encoding") != null
        || length != null && !length.strip().matches("0+");
  }

  /** Whether the body is compressed, or changed in another way. */
  static boolean isEncoded(HttpServerRequest request) {
    return hasBody(request)
        && request.headers().getAll("Content-Encoding").stream()
            .anyMatch(encoding -> !encoding.strip().equalsIgnoreCase("identity"));
  }

  /** Whether the body is a form, which the server would take apart before anybody reads it. */
  static boolean isForm(HttpServerRequest request) {
    String contentType = request.getHeader("Content-Type");
    return contentType != null
        && (contentType.toLowerCase(Locale.ROOT).startsWith("multipart/")
            || contentType
                .toLowerCase(Locale.ROOT)
                .startsWith("application/x-www-form-urlencoded"));
  }

  /** Whether the body is a form of names and values, as HTML forms send by default. */
  static boolean isUrlEncodedForm(HttpServerRequest request) {
    String contentType = request.getHeader("Content-Type");
    return contentType != null
        && contentType.split(";", 2)[0].strip().equalsIgnoreCase(URL_ENCODED_FORM);
  }

  /** Whether the body is a form that may hold files. */
  static boolean isMultipart(HttpServerRequest request) {
    String contentType = request.getHeader("Content-Type");
    return contentType != null
        && contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  private static boolean isJsonRange(String range) {
    String[] parts = range.split(";");
    String mediaType = parts[0].strip();
    boolean refused =
        Arrays.stream(parts)
            .skip(1)
            .map(String::strip)
            .anyMatch(parameter -> parameter.matches("q=0(\\.0*)?"));
    boolean json =
        mediaType.equals("*/*")
            || mediaType.equals("application/*")
            || mediaType.equals("application/json")
            || mediaType.endsWith("+json")
            || mediaType.indexOf('/') < 0;
    return json && !refused;
  }
}
