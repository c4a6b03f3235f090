package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.util.URISupport;

/** Reads the endpoint URI of a destination and completes it where Camel's defaults would harm. */
final class EndpointSettings {

  private static final Set<String> HTTP = Set.of("http", "https");

  private final Settings settings;

  EndpointSettings(Settings settings) {
    this.settings = settings;
  }

  Target.Endpoint read(String prefix, int concurrency, Duration timeout) {
    String key = prefix + "uri";
    EndpointUri uri;
    try {
      uri = EndpointUri.parse(settings.text(key).orElseThrow());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "Setting %s is not an endpoint URI, such as jms:queue:instances or file:events: %s."
              .formatted(key, e.getMessage()));
    }
    if (uri.scheme().equals("file")) {
      return new Target.Endpoint(uri.withDefaults(fileDefaults(uri)));
    }
    if (HTTP.contains(uri.scheme())) {
      checkHttp(prefix, uri);
      return new Target.Endpoint(uri.withDefaults(httpDefaults(concurrency, timeout)));
    }
    return new Target.Endpoint(uri);
  }

  private void checkHttp(String prefix, EndpointUri uri) {
    URI url;
    try {
      url = new URI(URISupport.stripQuery(uri.text()));
    } catch (URISyntaxException e) {
      throw notUrl(prefix);
    }
    if (url.getHost() == null) {
      throw notUrl(prefix);
    }
    WebhookSettings.requireEncrypted(settings, prefix, "uri", url);
    if (uri.option("followRedirects").filter(value -> !value.equals("false")).isPresent()) {
      throw new InvalidSettingException(
          "Setting %suri follows redirects, which would carry the event to a host that was not named: remove followRedirects."
              .formatted(prefix));
    }
  }

  private static InvalidSettingException notUrl(String prefix) {
    return new InvalidSettingException(
        "Setting %suri is not a URL: give one such as https://example.com/events."
            .formatted(prefix));
  }

  /**
   * One file for each event, whole or not at all, for the owner's eyes: written beside under a
   * hidden name and renamed, named by the event so that a repeat replaces its own file.
   */
  private static Map<String, String> fileDefaults(EndpointUri uri) {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("fileName", "${header." + ExchangeAttempt.EVENT_ID + "}.json");
    // What is appended to cannot be renamed into place.
    if (uri.option("fileExist").filter("Append"::equalsIgnoreCase).isEmpty()) {
      defaults.put("tempPrefix", ".");
    }
    defaults.put("chmod", "600");
    defaults.put("chmodDirectory", "700");
    return defaults;
  }

  /** Camel asks with GET where the URL has a query, and waits three minutes. */
  private static Map<String, String> httpDefaults(int concurrency, Duration timeout) {
    String millis = Long.toString(Math.max(1, timeout.toMillis()));
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("httpMethod", "POST");
    defaults.put("connectTimeout", millis);
    defaults.put("soTimeout", millis);
    defaults.put("responseTimeout", millis);
    defaults.put("connectionRequestTimeout", millis);
    defaults.put("connectionsPerRoute", Integer.toString(concurrency));
    defaults.put("maxTotalConnections", Integer.toString(concurrency));
    return defaults;
  }
}
