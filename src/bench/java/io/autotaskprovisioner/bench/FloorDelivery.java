package io.autotaskprovisioner.bench;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Posts events as signed webhooks, so many at once as the program does by default. */
final class FloorDelivery {

  private static final int CONCURRENCY = 32;

  private final Context context;
  private final HttpClient client;
  private final RequestOptions target;
  private final SecretKeySpec key;
  private final Queue<Long> delivered = new ConcurrentLinkedQueue<>();
  private Runnable onDelivered = () -> {};

  FloorDelivery(Vertx vertx, URI receiver) {
    this.context = vertx.getOrCreateContext();
    this.client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(CONCURRENCY));
    this.target =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(receiver.getHost())
            .setPort(receiver.getPort())
            .setURI(receiver.getPath());
    this.key =
        new SecretKeySpec(
            Base64.getDecoder().decode(Customers.WEBHOOK_SECRET.substring("whsec_".length())),
            "HmacSHA256");
  }

  /** To be called before the first post. */
  void onDelivered(Runnable told) {
    onDelivered = told;
  }

  /** Posts the event as soon as a connection is free. */
  void post(FloorInstance instance) {
    context.runOnContext(
        unused ->
            client
                .request(target)
                .compose(
                    request -> {
                      String id = "evt_" + instance.id();
                      long timestamp = Instant.now().getEpochSecond();
                      byte[] body = envelope(id, instance);
                      return request
                          .putHeader("content-type", "application/cloudevents+json")
                          .putHeader("webhook-id", id)
                          .putHeader("webhook-timestamp", Long.toString(timestamp))
                          .putHeader("webhook-signature", signature(id, timestamp, body))
                          .send(Buffer.buffer(body));
                    })
                .compose(response -> response.end().map(response.statusCode()))
                .onSuccess(
                    status -> {
                      if (status == 204) {
                        delivered.add(instance.id());
                        onDelivered.run();
                      }
                    }));
  }

  private static byte[] envelope(String id, FloorInstance instance) {
    return """
        {"specversion":"1.0","id":"%s","source":"floor","type":"instance.provisioned",\
        "subject":"instances/%d","time":"%s","datacontenttype":"application/json","data":%s}"""
        .formatted(
            id,
            instance.id(),
            DateTimeFormatter.ISO_INSTANT.format(instance.createdAt()),
            instance.event())
        .getBytes(StandardCharsets.UTF_8);
  }

  private String signature(String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was delivered since the last time. */
  List<Long> takeDelivered() {
    List<Long> taken = new ArrayList<>();
    Long id;
    while ((id = delivered.poll()) != null) {
      taken.add(id);
    }
    return taken;
  }
}
