package io.autotaskprovisioner.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the API shows of requests, instances, batches and deliveries. Thread-safe. */
public final class OperatorView {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Function<String, URI> http;
  private final String authorization;

  public OperatorView(Function<String, URI> http, String authorization) {
    this.http = http;
    this.authorization = authorization;
  }

  /** The ids of all instances by their name, several where a name is there more than once. */
  public Map<String, List<Long>> instances() throws IOException {
    Map<String, List<Long>> instances = new HashMap<>();
    forEach(
        "/elements/api-v2/instances?hydrate=false",
        instance ->
            instances
                .computeIfAbsent(instance.path("name").asText(), name -> new ArrayList<>(1))
                .add(instance.path("id").asLong()));
    return instances;
  }

  /** The kept count of instances, which a list of them must agree with. */
  public int countOfInstances() throws IOException {
    return get("/elements/api-v2/instances/count").path("totalInstances").asInt();
  }

  /** Failure classes by name of the failed requests. */
  public Map<String, String> failures() throws IOException {
    Map<String, String> failures = new HashMap<>();
    forEach(
        "/requests?status=FAILED",
        request ->
            failures.put(request.path("name").asText(), request.path("failureClass").asText()));
    return failures;
  }

  /** Deliveries of that status. */
  public long deliveries(String status) throws IOException {
    long[] count = {0};
    forEach("/deliveries?status=" + status, delivery -> count[0]++);
    return count[0];
  }

  /**
   * All that is not at its end, in a form that is another as soon as anything moves; empty where
   * nothing waits.
   */
  public String unfinished() throws IOException {
    StringBuilder unfinished = new StringBuilder();
    for (String status : List.of("WAITING", "RUNNING")) {
      add(unfinished, get("/requests?pageSize=500&status=" + status), "id", "attempts");
    }
    for (String status : List.of("PENDING", "SENDING")) {
      add(unfinished, get("/deliveries?pageSize=500&status=" + status), "id", "attempts");
    }
    for (String status : List.of("READING", "RUNNING")) {
      add(unfinished, get("/batches?pageSize=500&status=" + status), "id", "records");
    }
    return unfinished.toString();
  }

  private static void add(StringBuilder unfinished, JsonNode rows, String... fields) {
    for (JsonNode row : rows) {
      for (String field : fields) {
        unfinished.append(row.path(field).asText()).append('.');
      }
    }
  }

  /** An administrative act without a body. */
  public int post(String path) throws IOException {
    return send(request(path).POST(BodyPublishers.noBody()).build()).statusCode();
  }

  private void forEach(String path, Consumer<JsonNode> row) throws IOException {
    String next = "";
    while (next != null) {
      String separator = path.contains("?") ? "&" : "?";
      HttpResponse<String> page =
          send(request(path + separator + "pageSize=500&nextPage=" + next).build());
      if (page.statusCode() == 404) {
        return; // the hosted service's way to say that a list is empty
      }
      requireOk(page);
      JSON.readTree(page.body()).forEach(row);
      next = page.headers().firstValue("Elements-Next-Page-Token").orElse(null);
    }
  }

  private JsonNode get(String path) throws IOException {
    HttpResponse<String> response = send(request(path).build());
    requireOk(response);
    return JSON.readTree(response.body());
  }

  private static void requireOk(HttpResponse<String> response) throws IOException {
    if (response.statusCode() != 200) {
      throw new IOException(response.uri() + " was answered " + response.statusCode());
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(http.apply(path))
        .timeout(TIMEOUT)
        .header("Authorization", authorization);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
