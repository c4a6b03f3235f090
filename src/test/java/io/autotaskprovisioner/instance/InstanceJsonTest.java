package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson.ConfigurationEcho;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceJsonTest {

  private static final ElementCatalogue CATALOGUE = new ElementCatalogue(new ObjectMapper());

  private static ObjectNode write(ConfigurationEcho echo, Map<String, String> configuration) {
    Instant created = Instant.parse("2017-08-07T18:46:38.999Z");
    TenantDetails tenant =
        new TenantDetails(null, "https://x", null, null, null, null, null, null, null, created);
    return new InstanceJson(CATALOGUE, echo)
        .write(
            new Instance(
                12345,
                7,
                null,
                "autotaskfinance",
                "API Instance",
                "ABC/D",
                List.of(),
                configuration,
                "none",
                true,
                false,
                false,
                tenant,
                created,
                created,
                1));
  }

  @Test
  void the_setting_none_gives_the_literal_empty_configuration_of_the_published_sample() {
    ObjectNode json =
        write(ConfigurationEcho.NONE, Map.of("finance.autotask.username", "api@acme.example"));
    assertThat(json.get("configuration")).isEmpty();
  }

  @Test
  void the_created_date_has_whole_seconds_in_utc() {
    assertThat(write(ConfigurationEcho.NONE, Map.of()).get("createdDate").asText())
        .isEqualTo("2017-08-07T18:46:38Z");
  }

  @Test
  void the_callback_url_follows_only_where_events_are_enabled() {
    Map<String, String> off = Map.of("event.notification.callback.url", "https://hooks.example");
    Map<String, String> on =
        Map.of(
            "event.notification.callback.url",
            "https://hooks.example",
            "event.notification.enabled",
            "true");
    assertThat(write(ConfigurationEcho.MASKED, off).has("eventsNotificationCallbackUrl")).isFalse();
    ObjectNode json = write(ConfigurationEcho.MASKED, on);
    assertThat(json.get("eventsEnabled").asBoolean()).isTrue();
    assertThat(json.get("eventsNotificationCallbackUrl").asText())
        .isEqualTo("https://hooks.example");
  }

  @Test
  void a_secret_that_is_empty_or_null_is_echoed_as_unset() {
    Map<String, String> configuration = new java.util.LinkedHashMap<>();
    configuration.put("event.notification.signature.key", "");
    configuration.put("finance.autotask.integration.code", null);
    configuration.put("my.api.key", "abc");
    ObjectNode echo =
        (ObjectNode) write(ConfigurationEcho.MASKED, configuration).get("configuration");
    assertThat(echo.get("event.notification.signature.key").asText()).isEmpty();
    assertThat(echo.get("finance.autotask.integration.code").isNull()).isTrue();
    assertThat(echo.get("my.api.key").asText()).isEqualTo("********");
  }
}
