package io.autotaskprovisioner.delivery;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a destination's events go. */
sealed interface Target {

  /** The word for its kind, which is also the key that names it in the settings. */
  String kind();

  /** What operators see of it; holds no secret. */
  String shown();

  /**
   * An HTTP receiver after Standard Webhooks.
   *
   * @param url may hold a secret in path and query, so only its authority is shown
   * @param secrets at least one; each signs every post
   */
  record Webhook(URI url, List<SigningSecret> secrets) implements Target {

    public Webhook {
      secrets = List.copyOf(secrets);
      if (secrets.isEmpty()) {
        throw new IllegalArgumentException("A webhook is never unsigned");
      }
    }

    /** The value of {@code webhook-signature}: one signature per secret, separated by spaces. */
    String signatures(String id, long timestamp, byte[] body) {
      return secrets.stream()
          .map(secret -> secret.sign(id, timestamp, body))
          .collect(Collectors.joining(" "));
    }

    @Override
    public String kind() {
      return "webhook";
    }

    @Override
    public String shown() {
      return url.getRawAuthority();
    }

    @Override
    public String toString() {
      return "Webhook[%s]".formatted(shown());
    }
  }

  /** An endpoint of any Camel component. */
  record Endpoint(EndpointUri uri) implements Target {

    @Override
    public String kind() {
      return "uri";
    }

    @Override
    public String shown() {
      return uri.shown();
    }
  }

  /**
   * A table of the user's own.
   *
   * @param name as in an unquoted SQL statement: letters, digits and underscores, with a schema
   *     before a dot where there is one
   * @param access to its database; empty means the program's own
   */
  record Table(String name, Optional<Access> access) implements Target {

    /** How to open the database; shows neither URL, which may hold a password, nor password. */
    record Access(String url, String user, String password) {

      /** Such as {@code jdbc:postgresql}. */
      String product() {
        int end = url.indexOf(':', "jdbc:".length());
        return end < 0 ? "jdbc" : url.substring(0, end);
      }

      @Override
      public String toString() {
        return "Access[%s]".formatted(product());
      }
    }

    @Override
    public String kind() {
      return "table";
    }

    @Override
    public String shown() {
      return name + access.map(other -> " in " + other.product()).orElse("");
    }
  }
}
