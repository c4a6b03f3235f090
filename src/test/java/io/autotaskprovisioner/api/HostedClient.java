package io.autotaskprovisioner.api;

import static io.autotaskprovisioner.RunningApplication.AUTHORIZATION;
import static io.autotaskprovisioner.RunningApplication.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.RunningApplication;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Calls as the hosted service's own test-suite did: once an instance is made, its token goes along
 * with both secrets on every call; a DELETE carries the body {@code null} as JSON, a PUT without a
 * payload neither body nor media type; only 200 is success.
 */
final class HostedClient {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String BASE = "/elements/api-v2/";

  private final RunningApplication application;
  private String authorization = AUTHORIZATION;

  HostedClient(RunningApplication application) {
    this.application = application;
  }

  /** Sends the token along from now on. */
  void useToken(String token) {
    authorization = AUTHORIZATION + ", Element " + token;
  }

  /** Sends the two secrets alone. */
  void forgetToken() {
    authorization = AUTHORIZATION;
  }

  /** Makes an instance and uses its token. */
  JsonNode provision(String path, ObjectNode body) throws Exception {
    JsonNode instance = post(path, body);
    useToken(instance.path("token").asText());
    return instance;
  }

  /** Deletes an instance with the two secrets alone and forgets the token. */
  void remove(String path) throws Exception {
    forgetToken();
    delete(path);
  }

  JsonNode get(String path) throws Exception {
    return ok(send("GET", path, null));
  }

  JsonNode post(String path, JsonNode body) throws Exception {
    return ok(send("POST", path, body));
  }

  JsonNode put(String path, JsonNode body) throws Exception {
    return ok(send("PUT", path, body));
  }

  JsonNode patch(String path, JsonNode body) throws Exception {
    return ok(send("PATCH", path, body));
  }

  void delete(String path) throws Exception {
    ok(send("DELETE", path, null));
  }

  void putWithoutBody(String path) throws Exception {
    ok(application.send(request(path).PUT(BodyPublishers.noBody())));
  }

  int status(String path) throws Exception {
    return send("GET", path, null).statusCode();
  }

  HttpResponse<String> send(String method, String path, JsonNode body) throws Exception {
    HttpRequest.Builder request = request(path).header("Accept", "application/json");
    if (body != null || method.equals("DELETE")) {
      request.header("Content-Type", "application/json");
    }
    String text = body == null ? "null" : body.toString();
    return application.send(
        request.method(
            method,
            method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(text)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(application.uri(BASE + path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", authorization);
  }

  private static JsonNode ok(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode())
        .as("%s: %s", response.request().uri(), response.body())
        .isEqualTo(200);
    return response.body().isEmpty() ? JSON.nullNode() : json(response);
  }
}
