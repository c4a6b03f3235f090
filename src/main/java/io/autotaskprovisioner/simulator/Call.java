package io.autotaskprovisioner.simulator;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One call of the service.
 *
 * @param method upper case
 * @param path as sent, with double slashes made single
 * @param zone the zone whose path was used; 0 without a number
 * @param segments what follows {@code ATServicesRest}, as sent
 * @param query decoded query parameters; names without regard to case
 * @param headers request headers
 * @param body the whole body, empty where there is none
 * @param origin scheme, host and port the caller used
 */
record Call(
    String method,
    String path,
    int zone,
    List<String> segments,
    MultiMap query,
    MultiMap headers,
    String body,
    String origin) {

  /** The path of the service's root, lower case. */
  private static final String ROOT = "atservicesrest";

  /** A segment in lower case, empty where the path is shorter. */
  String segment(int index) {
    return index < segments.size() ? segments.get(index).toLowerCase(Locale.ROOT) : "";
  }

  boolean isVersioned() {
    return segment(0).equals("v1.0");
  }

  /** The URL of a zone, as zoneInformation gives it. */
  static String zoneUrl(String origin, int zone) {
    return origin + (zone == 0 ? "" : "/zones/" + zone) + "/ATServicesRest/";
  }

  /** The path's parts; empty parts, as double slashes leave them, are dropped. */
  static List<String> split(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/")) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  /** Index of the first part after the service's root, or -1 where the path is another's. */
  static int start(List<String> parts) {
    if (!parts.isEmpty() && parts.get(0).equalsIgnoreCase(ROOT)) {
      return 1;
    }
    return parts.size() > 2
            && parts.get(0).equalsIgnoreCase("zones")
            && parts.get(1).matches("\\d{1,2}")
            && parts.get(2).equalsIgnoreCase(ROOT)
        ? 3
        : -1;
  }
}
