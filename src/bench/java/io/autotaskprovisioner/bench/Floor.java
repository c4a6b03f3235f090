package io.autotaskprovisioner.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The job of {@code POST /elements/api-v2/instances} and nothing else, written by hand: reads the
 * request, proves the login at Autotask, stores the instance with its event and delivery by group
 * commit, answers, and posts the event. It has no routes, no limits, no retries, no meters and no
 * log: what it takes is what nobody can do without.
 */
public final class Floor extends AbstractVerticle {

  /** The least that a request needs to be one. */
  private static final String USER_NAME = "finance.autotask.username";

  private static final String PASSWORD = "finance.autotask.password";
  private static final String SERVER_URL = "finance.autotask.server.url";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, FloorZone> ZONES = new ConcurrentHashMap<>();

  private final FloorStore store;
  private final FloorTexts texts;
  private final int port;
  private final URI discovery;
  private HttpClient client;

  private Floor(FloorStore store, FloorTexts texts, int port, URI discovery) {
    this.store = store;
    this.texts = texts;
    this.port = port;
    this.discovery = discovery;
  }

  /**
   * Starts it.
   *
   * @param arguments port, JDBC URL, user, password, Autotask's discovery URL and the receiver's
   */
  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    FloorTexts texts = new FloorTexts(JSON);
    FloorStore store =
        new FloorStore(
            arguments[1],
            arguments[2],
            arguments[3],
            new FloorDelivery(vertx, URI.create(arguments[5])));
    vertx
        .deployVerticle(
            () -> new Floor(store, texts, Integer.parseInt(arguments[0]), URI.create(arguments[4])),
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  @Override
  public void start(Promise<Void> started) {
    client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(4_096));
    vertx
        .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
        .requestHandler(this::provision)
        .listen()
        .<Void>mapEmpty()
        .onComplete(started);
  }

  private void provision(HttpServerRequest request) {
    String authorization = request.getHeader("Authorization");
    if (request.method() != HttpMethod.POST
        || authorization == null
        || !MessageDigest.isEqual(
            authorization.getBytes(StandardCharsets.UTF_8), texts.authorization())) {
      request.response().setStatusCode(401).end();
      return;
    }
    request
        .body()
        .map(Floor::parsed)
        .compose(body -> zone(body).compose(zone -> proven(body, zone)))
        .compose(store::store)
        .onComplete(
            stored -> {
              HttpServerResponse response = request.response();
              if (stored.succeeded()) {
                response
                    .putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(stored.result().answer()));
              } else {
                response.setStatusCode(500).end(String.valueOf(stored.cause()));
              }
            });
  }

  private static JsonNode parsed(Buffer body) {
    try {
      JsonNode json = JSON.readTree(body.getBytes());
      JsonNode configuration = json.path("configuration");
      if (!json.path("name").isTextual()
          || !configuration.path(USER_NAME).isTextual()
          || !configuration.path(PASSWORD).isTextual()
          || !configuration.path(SERVER_URL).isTextual()) {
        throw new IllegalArgumentException("Not a provisioning request");
      }
      return json;
    } catch (IOException e) {
      throw new IllegalArgumentException("Not JSON", e);
    }
  }

  private Future<FloorZone> zone(JsonNode body) {
    String user = body.path("configuration").path(USER_NAME).textValue();
    FloorZone known = ZONES.get(user);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    return get(
            discovery,
            "V1.0/zoneInformation?user=" + URLEncoder.encode(user, StandardCharsets.UTF_8),
            null)
        .map(
            zone ->
                new FloorZone(
                    zone.path("zoneName").asText(),
                    URI.create(zone.path("url").asText()),
                    zone.path("webUrl").asText(),
                    zone.path("ci").asLong()))
        .onSuccess(zone -> ZONES.put(user, zone));
  }

  private Future<FloorInstance> proven(JsonNode body, FloorZone zone) {
    JsonNode configuration = body.path("configuration");
    String pair =
        configuration.path(USER_NAME).textValue() + ":" + configuration.path(PASSWORD).textValue();
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return get(zone.url(), "V1.0/ThresholdInformation", basic)
        .map(
            usage ->
                texts.instance(body, zone, usage, Instant.now().truncatedTo(ChronoUnit.SECONDS)));
  }

  private Future<JsonNode> get(URI base, String target, String authorization) {
    RequestOptions options =
        new RequestOptions()
            .setHost(base.getHost())
            .setPort(base.getPort())
            .setURI(base.getPath() + target)
            .setTimeout(20_000)
            .putHeader("Accept", "application/json");
    if (authorization != null) {
      options
          .putHeader("Authorization", authorization)
          .putHeader("ApiIntegrationCode", Customers.INTEGRATION_CODE);
    }
    return client
        .request(options)
        .compose(request -> request.send())
        .compose(
            response ->
                response
                    .body()
                    .map(
                        body -> {
                          if (response.statusCode() != 200) {
                            throw new IllegalStateException("Status " + response.statusCode());
                          }
                          try {
                            return JSON.readTree(body.getBytes());
                          } catch (IOException e) {
                            throw new IllegalStateException(e);
                          }
                        }));
  }
}
