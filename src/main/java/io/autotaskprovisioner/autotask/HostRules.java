package io.autotaskprovisioner.autotask;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decides which hosts may receive credentials: https on port 443 of a host below {@code
 * .autotask.net}, and the origins that the operator listed. By suffix, since the vendor adds zones
 * over time and fixed lists go stale. Immutable and thread-safe.
 */
final class HostRules {

  private static final int MAX_LENGTH = 2000;
  private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e&&[^\\\\{}<>\"^`|]]+");
  private static final String DOMAIN = "autotask.net";
  private static final Pattern LABEL = Pattern.compile("([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+");
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_~.-]*)*");

  private final Set<String> allowedOrigins;
  private final String suffix;

  /**
   * @throws IllegalArgumentException if one is no origin such as {@code http://127.0.0.1:9090}
   */
  HostRules(Collection<String> allowedOrigins) {
    this(allowedOrigins, DOMAIN);
  }

  /** The same for another provider, whose hosts lie below the given domain. */
  HostRules(Collection<String> allowedOrigins, String domain) {
    this.suffix = domain.toLowerCase(Locale.ROOT);
    this.allowedOrigins =
        allowedOrigins.stream().map(HostRules::listedOrigin).collect(Collectors.toSet());
  }

  /**
   * Checks the server URL that a caller gave. People copy it from the browser, so that its path,
   * query and fragment are left out rather than refused.
   */
  ServiceAddress serverAddress(String serverUrl) {
    return allowed(parse(serverUrl, "The server URL")).withPath("");
  }

  /** Checks the zone URL that came back from the look-up, in the same way; its path counts. */
  ServiceAddress zoneAddress(String zoneUrl) {
    URI uri = parse(zoneUrl, "The zone URL that Autotask gave");
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    if (uri.getRawQuery() != null || uri.getRawFragment() != null || !isPlainPath(path)) {
      throw notAllowed("The zone URL that Autotask gave has an unexpected path or query.");
    }
    return allowed(uri).withPath(trimmed(path));
  }

  /**
   * Parses the operator's discovery URL. It receives no credentials, so that any host will do.
   *
   * @throws IllegalArgumentException if it is no http or https URL
   */
  static ServiceAddress discoveryAddress(String discoveryUrl) {
    try {
      URI uri = parse(discoveryUrl, "The discovery URL");
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      if (uri.getRawQuery() == null && uri.getRawFragment() == null && isPlainPath(path)) {
        return parts(uri).withPath(trimmed(path));
      }
    } catch (AutotaskException ignored) {
      // told below
    }
    throw new IllegalArgumentException(
        "The discovery URL '%s' is not an http or https URL".formatted(discoveryUrl));
  }

  private ServiceAddress allowed(URI uri) {
    ServiceAddress address = parts(uri);
    boolean vendorZone =
        address.encrypted() && address.port() == 443 && isBelowDomain(address.host());
    if (!vendorZone && !allowedOrigins.contains(address.origin())) {
      throw notAllowed(
          "The host %s may not receive credentials: only https on port 443 below .%s and"
                  .formatted(address.origin(), suffix)
              + " listed origins may.");
    }
    return address;
  }

  private boolean isBelowDomain(String host) {
    return host.endsWith("." + suffix)
        && LABEL.matcher(host.substring(0, host.length() - suffix.length())).matches();
  }

  private static URI parse(String text, String what) {
    String stripped = text == null ? "" : text.strip();
    if (stripped.isEmpty()) {
      throw notAllowed(what + " is missing.");
    }
    // Anything but plain ASCII is refused before parsing: full-width dots, look-alike letters and
    // backslashes are read differently by different parsers.
    if (stripped.length() > MAX_LENGTH || !PLAIN.matcher(stripped).matches()) {
      throw notAllowed(what + " holds characters that no server URL has, or is too long.");
    }
    URI uri;
    try {
      uri = new URI(stripped);
    } catch (URISyntaxException e) {
      throw notAllowed(what + " is not a URL.");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw notAllowed(what + " is not an absolute https URL.");
    }
    if (uri.getRawUserInfo() != null || uri.getRawAuthority().contains("@")) {
      throw notAllowed(what + " holds user information.");
    }
    if (uri.getHost().endsWith(".") || uri.getRawAuthority().endsWith(":") || uri.getPort() == 0) {
      throw notAllowed(what + " has a malformed host or port.");
    }
    return uri;
  }

  private static ServiceAddress parts(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int port = uri.getPort() != -1 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    if (port > 65535) {
      throw notAllowed("The port %d is none.".formatted(port));
    }
    return new ServiceAddress(scheme, uri.getHost().toLowerCase(Locale.ROOT), port, "");
  }

  private static String listedOrigin(String text) {
    try {
      URI uri = parse(text, "The allowed origin");
      String path = uri.getRawPath();
      if ((path == null || path.isEmpty() || path.equals("/"))
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return parts(uri).origin();
      }
    } catch (AutotaskException ignored) {
      // told below
    }
    throw new IllegalArgumentException(
        "The allowed origin '%s' is none: give scheme, host and port, such as http://127.0.0.1:9090"
            .formatted(text));
  }

  private static boolean isPlainPath(String path) {
    return PATH.matcher(path).matches() && !path.contains("/.");
  }

  private static String trimmed(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  private static AutotaskException notAllowed(String message) {
    return new AutotaskException(Kind.HOST_NOT_ALLOWED, message, null, null);
  }
}
