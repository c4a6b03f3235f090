package io.autotaskprovisioner.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.autotaskprovisioner.account.CallerSecrets;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The API of a running server over HTTP. Thread-safe. */
final class RemoteServer implements Server {

  /** Above the server's own deadlines, so that its sentence arrives and not ours. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Our choice: above any intake.upload.deadline in use, so that the server's sentence arrives. */
  private static final Duration UPLOAD_TIMEOUT = Duration.ofHours(6);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final HttpClient http;
  private final Optional<CallerSecrets> secrets;

  RemoteServer(URI base, HttpClient http, Optional<CallerSecrets> secrets) {
    this.base = base;
    this.http = http;
    this.secrets = secrets;
  }

  @Override
  public String place() {
    return base.toString();
  }

  @Override
  public Reply call(String method, String path, @Nullable JsonNode body) {
    HttpRequest.Builder request = request(path, TIMEOUT);
    if (body == null) {
      return send(request.method(method, BodyPublishers.noBody()));
    }
    return send(
        request
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body.toString())));
  }

  /** Uploads a file without reading it into memory. */
  Reply upload(String path, Path file, String contentType) {
    BodyPublisher publisher;
    try {
      publisher = BodyPublishers.ofFile(file);
    } catch (FileNotFoundException e) {
      throw CommandException.usage("%s cannot be read: give another file.".formatted(file));
    }
    return send(request(path, UPLOAD_TIMEOUT).header("Content-Type", contentType).POST(publisher));
  }

  @Override
  public void close() {
    // The client's threads are daemons and end with it.
  }

  private HttpRequest.Builder request(String path, Duration timeout) {
    CallerSecrets caller =
        secrets.orElseThrow(
            () ->
                CommandException.usage(
                    "There are no secrets for %s: run this in the server's folder, or give a file with user-secret=... and organization-secret=... by --secret-file."
                        .formatted(base)));
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(timeout)
        .header("Accept", "application/json")
        .header("Authorization", caller.authorization());
  }

  private Reply send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      Reply reply =
          new Reply(
              response.statusCode(),
              json(response.body()),
              response.headers().firstValue("Elements-Next-Page-Token"));
      if (reply.statusCode() == 401) {
        throw CommandException.usage(
            "The server at %s refuses these secrets: give those of an enabled account by --secret-file."
                .formatted(base));
      }
      return reply;
    } catch (JsonProcessingException e) {
      throw CommandException.unreachable(
          "What answers at %s is not this program: give the right address by --url."
              .formatted(base));
    } catch (HttpTimeoutException e) {
      throw CommandException.unreachable(
          "The server at %s does not answer in time: look at status and its log.".formatted(base));
    } catch (SSLException e) {
      throw CommandException.unreachable(
          "The certificate of %s is not trusted (%s): set http.tls.certificate to it, and give an address that it names by --url."
              .formatted(base, e.getMessage()));
    } catch (IOException e) {
      throw unreachable(base);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("Interrupted.");
    }
  }

  static CommandException unreachable(URI base) {
    return CommandException.unreachable(
        "No server answers at %s: start it, or give its address by --url.".formatted(base));
  }

  private static JsonNode json(byte[] body) throws IOException {
    JsonNode json = body.length == 0 ? NullNode.instance : JSON.readTree(body);
    return json == null ? NullNode.instance : json;
  }
}
