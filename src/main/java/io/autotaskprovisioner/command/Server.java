package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What answers a command: the running server, or the database where none runs. */
interface Server extends AutoCloseable {

  /**
   * One call of the API, as the account whose secrets were found.
   *
   * @param path with its query
   * @param body null for none
   * @throws CommandException if nothing answers
   */
  Reply call(String method, String path, @Nullable JsonNode body);

  /** What it is, for people: an address or a folder. */
  String place();

  @Override
  void close();

  /**
   * An answer, whatever its status code.
   *
   * @param body JSON null where there is none
   * @param nextPage the token of the next page of a list
   */
  record Reply(int statusCode, JsonNode body, Optional<String> nextPage) {

    /**
     * The body of an answer that is none of an error.
     *
     * @throws CommandException with the server's own sentence
     */
    JsonNode orFail() {
      if (statusCode < 300) {
        return body;
      }
      String message = body.path("message").asText("The server answered " + statusCode + ".");
      throw switch (statusCode) {
        case 400, 401, 403, 422 -> CommandException.usage(message);
        case 502, 503, 504 ->
            CommandException.unreachable(
                "The server is up but cannot work: %s Look at status.".formatted(message));
        default -> CommandException.failed(message);
      };
    }

    @Override
    public String toString() {
      return "Reply[" + statusCode + "]";
    }
  }
}
