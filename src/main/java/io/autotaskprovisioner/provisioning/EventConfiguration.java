package io.autotaskprovisioner.provisioning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.autotaskprovisioner.element.Element;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Validates what a configuration says about events, its keys under {@code event.}, before it is
 * stored. Values are stored and echoed as they came; nothing is polled or sent because of them.
 * Immutable and thread-safe.
 *
 * <p>Null and a blank text are unset. Booleans and numbers may have come as such or as texts, the
 * poller configuration as an object or as the text of one: every door makes texts of them before.
 * Keys that the hosted service managed itself ({@code event.objects}, {@code event.metadata},
 * {@code event.helper.key}, {@code event.notification.subscription.id}), the signature key and the
 * legacy {@code event.poller.urls}, whose form no source tells, may hold anything.
 *
 * <p>Our choice: {@code event.vendor.type} can only be {@code polling}, since an instance that says
 * {@code webhooks} would wait for events that Autotask never sends that way; a callback URL has at
 * most {@value #MAX_URL} characters (the widest text field of the catalogue); an interval has at
 * most {@value #MAX_DIGITS} digits; a poller configuration may name the element's own resources
 * alone.
 */
final class EventConfiguration {

  static final String ENABLED = "event.notification.enabled";
  static final String VENDOR_TYPE = "event.vendor.type";
  static final String NOTIFICATION_TYPE = "event.notification.type";
  static final String CALLBACK_URL = "event.notification.callback.url";
  static final String REFRESH_INTERVAL = "event.poller.refresh_interval";
  static final String POLLER_CONFIGURATION = "event.poller.configuration";

  private static final int MAX_URL = 1000;
  private static final int MAX_DIGITS = 6;
  private static final Pattern WHOLE_NUMBER =
      Pattern.compile("0*[1-9]\\d{0," + (MAX_DIGITS - 1) + "}");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final Map<String, BiFunction<String, Element, Optional<String>>> RULES =
      Map.of(
          ENABLED, (value, element) -> oneOf(ENABLED, value, "true", "false"),
          VENDOR_TYPE, EventConfiguration::vendorType,
          NOTIFICATION_TYPE, (value, element) -> oneOf(NOTIFICATION_TYPE, value, "webhook"),
          CALLBACK_URL, (value, element) -> callbackUrl(value),
          REFRESH_INTERVAL, (value, element) -> refreshInterval(value),
          POLLER_CONFIGURATION, EventConfiguration::pollerConfiguration);

  private EventConfiguration() {}

  /**
   * What is wrong, by key, each as a sentence that says what the value must be and never what it
   * is; empty where nothing is.
   */
  static Map<String, String> faults(Map<String, @Nullable String> configuration, Element element) {
    Map<String, String> faults = new LinkedHashMap<>();
    configuration.forEach(
        (key, value) -> {
          BiFunction<String, Element, Optional<String>> rule = RULES.get(key);
          if (rule != null && value != null && !value.isBlank()) {
            rule.apply(value, element).ifPresent(fault -> faults.put(key, fault));
          }
        });
    return faults;
  }

  private static Optional<String> oneOf(String key, String value, String... allowed) {
    return List.of(allowed).stream().anyMatch(value::equalsIgnoreCase)
        ? Optional.empty()
        : fault(key, String.join(" or ", allowed));
  }

  private static Optional<String> vendorType(String value, Element element) {
    return value.equalsIgnoreCase("polling")
        ? Optional.empty()
        : fault(
            VENDOR_TYPE,
            "polling: the events of %s cannot come by webhooks".formatted(element.key()));
  }

  private static Optional<String> callbackUrl(String value) {
    try {
      URI uri = new URI(value);
      boolean http =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && value.length() <= MAX_URL) {
        return Optional.empty();
      }
    } catch (URISyntaxException ignored) {
      // told below, together with other schemes
    }
    return fault(
        CALLBACK_URL,
        "an http or https URL of at most %d characters, without user name or password"
            .formatted(MAX_URL));
  }

  private static Optional<String> refreshInterval(String value) {
    return WHOLE_NUMBER.matcher(value).matches()
        ? Optional.empty()
        : fault(
            REFRESH_INTERVAL,
            "a whole number of minutes, at least 1 and of at most %d digits".formatted(MAX_DIGITS));
  }

  private static Optional<String> pollerConfiguration(String value, Element element) {
    JsonNode resources;
    try {
      resources = JSON.readTree(value);
    } catch (JsonProcessingException e) {
      resources = JSON.missingNode();
    }
    if (!resources.isObject()) {
      return fault(POLLER_CONFIGURATION, "a JSON object by resource, or the text of one");
    }
    List<String> known = element.resources().names();
    for (Map.Entry<String, JsonNode> resource : resources.properties()) {
      if (!known.contains(resource.getKey())) {
        return fault(
            POLLER_CONFIGURATION,
            known.isEmpty()
                ? "empty: %s has no resources".formatted(element.key())
                : "about resources of %s alone: %s"
                    .formatted(element.key(), String.join(", ", known)));
      }
      JsonNode url = resource.getValue().path("url");
      if (!url.isTextual() || url.asText().isBlank()) {
        return fault(
            POLLER_CONFIGURATION,
            "an object with a url for each resource, and %s has none".formatted(resource.getKey()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fault(String key, String rule) {
    return Optional.of("%s must be %s.".formatted(key, rule));
  }
}
