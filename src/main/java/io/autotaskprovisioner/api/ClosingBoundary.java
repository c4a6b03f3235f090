package io.autotaskprovisioner.api;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Watches a form go by for its last line, {@code --boundary--} of RFC 2046 section 5.1.1. The
 * server takes a form apart without asking for it, and so tells a form that was cut short from a
 * whole one in no other way. On the event loop of the request.
 */
final class ClosingBoundary {

  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary\\s*=\\s*(?:\"([^\"]+)\"|([^;\\s]+))");

  /** Bytes. Our choice: nobody sends more than a line break behind the last line. */
  private static final int MAX_EPILOGUE = 64;

  private final String line;
  private final int kept;
  private byte[] tail = {};

  ClosingBoundary(String contentType) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw ApiException.badRequest("The Content-Type of the form must name its boundary.");
    }
    String name = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    this.line = "--" + name + "--";
    this.kept = line.length() + MAX_EPILOGUE;
  }

  void passed(Buffer buffer) {
    // By absolute places: the decoder has moved the reader index to the end before.
    int length = buffer.length();
    byte[] last = buffer.getBytes(Math.max(0, length - kept), length);
    Buffer joined = Buffer.buffer(tail).appendBytes(last);
    tail = joined.getBytes(Math.max(0, joined.length() - kept), joined.length());
  }

  boolean wasSeen() {
    return new String(tail, StandardCharsets.ISO_8859_1).contains(line);
  }
}
