package io.autotaskprovisioner.bench;

import io.vertx.core.buffer.Buffer;

/** Requests that differ in their names and are spread over the logins of many tenants. */
final class Customers {

  static final String USER_SECRET = "user-secret-of-the-benchmark";
  static final String ORGANIZATION_SECRET = "0123456789abcdef0123456789abcdef";
  static final String AUTHORIZATION =
      "User " + USER_SECRET + ", Organization " + ORGANIZATION_SECRET;
  static final String PATH = "/elements/api-v2/instances";
  static final String SERVER_URL = "https://ww3.autotask.net";

  /** Sent to Autotask by both sides. */
  static final String INTEGRATION_CODE = "INTEGRATION-CODE";

  /** Signs the webhooks of both sides. */
  static final String WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private Customers() {}

  /** The body of the request with this number. */
  static Buffer body(long number, int tenants) {
    long tenant = number % tenants;
    return Buffer.buffer(
        """
        {"name":"Customer %d","element":{"key":"autotaskfinance"},"tags":["benchmark"],\
        "configuration":{"finance.autotask.username":"%s",\
        "finance.autotask.password":"%s",\
        "finance.autotask.server.url":"%s"}}"""
            .formatted(number, userName(tenant), password(tenant), SERVER_URL));
  }

  static String userName(long tenant) {
    return "user@tenant-%d.example".formatted(tenant);
  }

  static String password(long tenant) {
    return "secret-of-" + tenant;
  }

  /** The tenant of a user name; throws where it is none of ours. */
  static long tenantOf(String userName) {
    return Long.parseLong(
        userName.substring("user@tenant-".length(), userName.length() - ".example".length()));
  }
}
