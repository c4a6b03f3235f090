package io.autotaskprovisioner.api;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What pages of other origins may do with the paths below {@code /elements} (the CORS protocol of
 * the Fetch standard). Every other path is none of theirs. Immutable and thread-safe.
 *
 * <p>An origin is never reflected: what is answered is a literal of the settings, and credentials
 * (cookies) are never allowed. Vert.x-Web's own handler does neither: it answers the caller's
 * origin wherever that matches, and 403 without the headers where it does not.
 *
 * <p>Our choice: every origin by default. These paths are authenticated by a header alone, which a
 * foreign page can only send if somebody gave it the secrets, and pages that embed the hosted
 * service's connect dialogue must work with another base URL and nothing else.
 */
final class CrossOrigin {

  private static final String ROOT = "/elements/";
  private static final String ANY = "*";
  private static final String NONE = "none";

  /** As the hosted service's own test asserts it, order and blanks included. */
  private static final String EXPOSED =
      "Elements-Returned-Count, Elements-Total-Count, Elements-Request-Id,"
          + " Elements-Next-Page-Token, Elements-Trace-Id, Elements-Error, Content-Disposition";

  private static final String METHODS = "GET, POST, PUT, PATCH, DELETE";

  private static final String HEADERS = "Authorization, Content-Type, Accept, Idempotency-Key";

  /** A browser knows no pattern here, so those that it asks for are named one by one. */
  private static final Pattern ELEMENTS_HEADER = Pattern.compile("elements-[a-z0-9-]{1,64}");

  private static final int MAX_ELEMENTS_HEADERS = 20;

  /** Our choice: an hour; some browsers forget it sooner. */
  private static final String MAX_AGE_SECONDS = "3600";

  private static final String VARY =
      "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

  private final Set<String> allowed;

  private CrossOrigin(Set<String> allowed) {
    this.allowed = allowed;
  }

  /**
   * Reads {@code http.cors.allowed-origins}: {@code *}, {@code none}, or origins such as {@code
   * https://app.example.com}, separated by commas.
   *
   * @throws InvalidSettingException for anything that no browser sends as an origin
   */
  static CrossOrigin of(Settings settings) {
    List<String> given = settings.list("http.cors.allowed-origins");
    if (given.isEmpty() || given.equals(List.of(ANY))) {
      return new CrossOrigin(Set.of(ANY));
    }
    if (given.size() == 1 && given.get(0).equalsIgnoreCase(NONE)) {
      return new CrossOrigin(Set.of());
    }
    Set<String> origins = new LinkedHashSet<>();
    given.forEach(origin -> origins.add(checked(origin)));
    return new CrossOrigin(origins);
  }

  private static String checked(String text) {
    String origin = text.toLowerCase(Locale.ROOT);
    try {
      URI uri = URI.create(origin);
      String plain =
          uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      if (origin.equals(plain) && uri.getScheme().matches("https?") && uri.getHost() != null) {
        return origin;
      }
    } catch (IllegalArgumentException ignored) {
      // told below, together with a URL that is more or less than an origin
    }
    throw new InvalidSettingException(
        "Setting http.cors.allowed-origins has '%s': give * or none, or origins as a browser sends them, such as https://app.example.com, separated by commas."
            .formatted(text));
  }

  /** Adds what a page of another origin needs, and answers the question it asks beforehand. */
  void handle(RoutingContext call) {
    if (!call.normalizedPath().startsWith(ROOT)) {
      call.next();
      return;
    }
    MultiMap headers = call.response().headers();
    String origin = call.request().getHeader("Origin");
    if (origin == null) {
      headers.set("Vary", "Origin");
      call.next();
      return;
    }
    boolean preflight = isPreflight(call.request());
    headers.set("Vary", preflight ? VARY : "Origin");
    headers.set("Access-Control-Expose-Headers", EXPOSED);
    String answered = answered(origin);
    if (answered != null) {
      headers.set("Access-Control-Allow-Origin", answered);
    }
    if (!preflight) {
      call.next();
      return;
    }
    if (answered != null) {
      headers.set("Access-Control-Allow-Methods", METHODS);
      headers.set("Access-Control-Allow-Headers", allowedHeaders(call.request()));
      headers.set("Access-Control-Max-Age", MAX_AGE_SECONDS);
    }
    call.response().setStatusCode(200).end();
  }

  private static boolean isPreflight(HttpServerRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.getHeader("Access-Control-Request-Method") != null;
  }

  /** The literal of the settings that lets the origin in; null where none does. */
  private @Nullable String answered(String origin) {
    if (allowed.contains(ANY)) {
      return ANY;
    }
    return allowed.stream().filter(origin::equalsIgnoreCase).findFirst().orElse(null);
  }

  private static String allowedHeaders(HttpServerRequest request) {
    String asked = request.getHeader("Access-Control-Request-Headers");
    StringBuilder allowed = new StringBuilder(HEADERS);
    if (asked != null) {
      Arrays.stream(asked.split(","))
          .map(name -> name.strip().toLowerCase(Locale.ROOT))
          .filter(name -> ELEMENTS_HEADER.matcher(name).matches())
          .distinct()
          .limit(MAX_ELEMENTS_HEADERS)
          .forEach(name -> allowed.append(", ").append(name));
    }
    return allowed.toString();
  }
}
