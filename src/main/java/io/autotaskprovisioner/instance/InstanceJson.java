package io.autotaskprovisioner.instance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.secret.Mask;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes instances as the hosted service showed them: the fields of the published sample, in its
 * order, with its types and constants. Immutable and thread-safe.
 */
public final class InstanceJson {

  /** How much of the configuration is echoed. */
  public enum ConfigurationEcho {
    /** Every value as a string or null, secrets as {@code ********}. */
    MASKED,
    /** Always {@code {}}, as the published sample prints it. */
    NONE
  }

  /** UTC, whole seconds, as in {@code 2017-08-07T18:46:38Z}. */
  static final DateTimeFormatter CREATED_DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String EVENTS_ENABLED = "event.notification.enabled";
  private static final String CALLBACK_URL = "event.notification.callback.url";

  private final ElementCatalogue catalogue;
  private final ConfigurationEcho echo;

  public InstanceJson(ElementCatalogue catalogue, ConfigurationEcho echo) {
    this.catalogue = catalogue;
    this.echo = echo;
  }

  /** The instance with its token; {@code user} holds the id alone, as in the answer to a POST. */
  public ObjectNode write(Instance instance) {
    Element element = elementOf(instance);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", instance.id());
    json.put("name", instance.name());
    json.put("createdDate", CREATED_DATE.format(instance.createdAt()));
    json.put("token", instance.token());
    json.set("element", element.descriptor());
    json.put("elementId", element.id());
    instance.tags().forEach(json.putArray("tags")::add);
    json.putArray("provisionInteractions");
    json.put("valid", instance.valid());
    json.put("disabled", instance.disabled());
    json.put("maxCacheSize", 0);
    json.put("cacheTimeToLive", 0);
    json.set("configuration", configuration(instance, element));
    boolean eventsEnabled =
        Boolean.parseBoolean(instance.configuration().getOrDefault(EVENTS_ENABLED, "false"));
    json.put("eventsEnabled", eventsEnabled);
    String callbackUrl = instance.configuration().get(CALLBACK_URL);
    if (eventsEnabled && callbackUrl != null && !callbackUrl.isBlank()) {
      json.put("eventsNotificationCallbackUrl", callbackUrl);
    }
    json.put("traceLoggingEnabled", instance.traceLoggingEnabled());
    json.put("cachingEnabled", false);
    json.put("externalAuthentication", instance.externalAuthentication());
    json.putObject("user").put("id", instance.accountId());
    return json;
  }

  /**
   * Our choice of what {@code hydrate=false} leaves: everything but the configuration, what follows
   * from it, the constants, and of the element all but id, name, key and hub. The hosted service's
   * clients need {@code id}, {@code name}, {@code token}, {@code tags}, {@code element.id} and
   * {@code element.key}.
   */
  public ObjectNode write(InstanceSummary instance) {
    Element element = elementOf(instance.id(), instance.elementKey());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", instance.id());
    json.put("name", instance.name());
    json.put("createdDate", CREATED_DATE.format(instance.createdAt()));
    json.put("token", instance.token());
    json.putObject("element")
        .put("id", element.id())
        .put("name", element.descriptor().path("name").asText())
        .put("key", element.key())
        .put("hub", element.hub());
    json.put("elementId", element.id());
    instance.tags().forEach(json.putArray("tags")::add);
    json.put("valid", instance.valid());
    json.put("disabled", instance.disabled());
    json.put("traceLoggingEnabled", instance.traceLoggingEnabled());
    json.put("externalAuthentication", instance.externalAuthentication());
    json.putObject("user").put("id", instance.accountId());
    return json;
  }

  /** The instance without its token, for events and results. */
  public ObjectNode writeWithoutToken(Instance instance) {
    ObjectNode json = write(instance);
    json.remove("token");
    return json;
  }

  /** What Autotask said about the tenant; absent facts are null. */
  public ObjectNode writeTenant(Instance instance) {
    TenantDetails tenant = instance.tenant();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("userName", instance.configuration().get(elementOf(instance).userNameKey()));
    json.put("zoneName", tenant.zoneName());
    json.put("zoneUrl", tenant.zoneUrl());
    json.put("webUrl", tenant.webUrl());
    json.put("databaseId", tenant.databaseId());
    json.put("requestThreshold", tenant.requestThreshold());
    json.put("thresholdTimeframeMinutes", tenant.thresholdTimeframeMinutes());
    json.put("timeframeRequestCount", tenant.timeframeRequestCount());
    json.put("productVersion", tenant.productVersion());
    json.put("companyName", tenant.companyName());
    json.put("verifiedAt", CREATED_DATE.format(tenant.verifiedAt()));
    return json;
  }

  private ObjectNode configuration(Instance instance, Element element) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (echo == ConfigurationEcho.NONE) {
      return json;
    }
    for (Map.Entry<String, @Nullable String> entry : instance.configuration().entrySet()) {
      String value = entry.getValue();
      boolean masked = value != null && !value.isEmpty() && element.isSecret(entry.getKey());
      json.put(entry.getKey(), masked ? Mask.MASK : value);
    }
    return json;
  }

  private Element elementOf(Instance instance) {
    return elementOf(instance.id(), instance.elementKey());
  }

  private Element elementOf(long id, String elementKey) {
    return catalogue
        .find(elementKey)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Instance %d is of element %s, which the catalogue lacks"
                        .formatted(id, elementKey)));
  }
}
