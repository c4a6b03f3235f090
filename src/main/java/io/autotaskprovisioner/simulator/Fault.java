package io.autotaskprovisioner.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A broken answer in place of the real one.
 *
 * @param kind what goes wrong
 * @param calls for how many calls; 0: until removed
 * @param path only for paths that contain this, without regard to case; empty: for all
 * @param status of {@link Kind#GATEWAY} (502, 503, 504 ...) and {@link Kind#ERRORS}
 * @param text the message of {@link Kind#ERRORS}
 * @param delayMillis waited before it happens; for {@link Kind#DRIBBLE} between two bytes
 */
public record Fault(Kind kind, int calls, String path, int status, String text, int delayMillis) {

  /** What goes wrong. */
  public enum Kind {
    /** The connection is closed without an answer. */
    CLOSE,
    /** Half of the announced body, then the connection is closed. */
    HALF,
    /** Status 200, JSON by its header, but no JSON. */
    GARBAGE,
    /** A valid answer, one byte at a time. */
    DRIBBLE,
    /** No answer at all; the connection stays open. */
    SILENCE,
    /** A gateway's HTML page. */
    GATEWAY,
    /** The service's HTML page for an unknown path. */
    NOT_FOUND,
    /** {@code {"errors":[text]}} with the given status, 200 too. */
    ERRORS,
    /** A redirect to another origin, which must not get credentials. */
    REDIRECT;

    /** The name in JSON: lower case with hyphens. */
    public String jsonName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Kind of(String jsonName) {
      return Arrays.stream(values())
          .filter(kind -> kind.jsonName().equalsIgnoreCase(jsonName))
          .findFirst()
          .orElseThrow(() -> new UnknownNameException("fault kind", jsonName, names()));
    }

    private static List<String> names() {
      return Arrays.stream(values()).map(Kind::jsonName).toList();
    }
  }

  public Fault {
    Objects.requireNonNull(kind, "kind");
    path = path.toLowerCase(Locale.ROOT);
    if (calls < 0 || delayMillis < 0 || delayMillis > 600_000) {
      throw new IllegalArgumentException("calls begins at 0, delayMillis is 0 to 600000");
    }
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status is %d: give 200 to 599".formatted(status));
    }
    if (text.length() > 10_000 || path.length() > 1000) {
      throw new IllegalArgumentException("text or path is too long");
    }
  }

  /** The fault for the next calls on all paths: status 502 for a gateway, 500 for errors. */
  public static Fault next(int calls, Kind kind) {
    return new Fault(
        kind,
        calls,
        "",
        kind == Kind.GATEWAY ? 502 : 500,
        "An unexpected error occurred.",
        kind == Kind.DRIBBLE ? 250 : 0);
  }

  /** The same for paths that contain the given text. */
  public Fault onPath(String part) {
    return new Fault(kind, calls, part, status, text, delayMillis);
  }

  /** The same with another status and text. */
  public Fault with(int otherStatus, String otherText) {
    return new Fault(kind, calls, path, otherStatus, otherText, delayMillis);
  }

  /** The same with another delay. */
  public Fault after(int millis) {
    return new Fault(kind, calls, path, status, text, millis);
  }
}
