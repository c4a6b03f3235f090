package io.autotaskprovisioner.autotask;

import java.net.URI;

/**
 * The base of a service, taken apart and checked by {@link HostRules}; calls are built from these
 * parts, never from the text they came from. Immutable.
 *
 * @param scheme {@code https}, or {@code http} for a listed origin
 * @param host lower case; an IPv6 literal in brackets
 * @param port never -1
 * @param path no slash at its end; empty for the root
 */
record ServiceAddress(String scheme, String host, int port, String path) {

  private static final String VENDOR_SUFFIX = ".autotask.net";

  boolean encrypted() {
    return scheme.equals("https");
  }

  /** Whether this is a host of the vendor: only there the integration code is demanded. */
  boolean isVendor() {
    return host.endsWith(VENDOR_SUFFIX);
  }

  String origin() {
    boolean defaultPort = port == (encrypted() ? 443 : 80);
    return scheme + "://" + host + (defaultPort ? "" : ":" + port);
  }

  URI uri() {
    return URI.create(origin() + path + "/");
  }

  ServiceAddress withPath(String newPath) {
    return new ServiceAddress(scheme, host, port, newPath);
  }

  ServiceAddress withHost(String newHost) {
    return new ServiceAddress(scheme, newHost, port, path);
  }
}
