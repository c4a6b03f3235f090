package io.autotaskprovisioner.command;

import io.autotaskprovisioner.setting.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks whether what listens at the API's address is a server of ours; it shows no secret. */
final class RunningProbe {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private RunningProbe() {}

  static boolean at(Settings settings) {
    URI url = URI.create(Connector.ofSettings(settings) + "/batches");
    try {
      return HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .build()
          .send(HttpRequest.newBuilder(url).timeout(PATIENCE).build(), BodyHandlers.discarding())
          .headers()
          .firstValue("Elements-Request-Id")
          .isPresent();
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
