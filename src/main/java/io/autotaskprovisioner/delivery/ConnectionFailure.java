package io.autotaskprovisioner.delivery;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Own words for connections that did not come about: foreign ones may quote a URL with secrets. */
final class ConnectionFailure {

  private ConnectionFailure() {}

  /** Why no HTTP answer came. */
  static String describe(Throwable failure) {
    return known(failure)
        .orElseGet(
            () ->
                "The connection failed without an answer (%s)"
                    .formatted(failure.getClass().getSimpleName()));
  }

  /** The reason, if the failure is one of those that every network knows. */
  static Optional<String> known(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return Optional.of("The host's name cannot be resolved");
      }
      if (cause instanceof SSLException) {
        return Optional.of("No TLS connection: " + cause.getMessage());
      }
      if (cause instanceof ConnectException) {
        return Optional.of("The connection was refused or timed out");
      }
    }
    return Optional.empty();
  }
}
