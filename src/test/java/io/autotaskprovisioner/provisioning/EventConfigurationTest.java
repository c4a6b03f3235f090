package io.autotaskprovisioner.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ConfigurationEntry;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventConfigurationTest {

  private static final ElementCatalogue CATALOGUE = new ElementCatalogue(new ObjectMapper());

  private static Map<String, String> faults(String element, String key, String value) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put(key, value);
    return EventConfiguration.faults(configuration, CATALOGUE.find(element).orElseThrow());
  }

  private static Map<String, String> faults(String key, String value) {
    return faults("autotaskfinance", key, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "event.notification.enabled|true",
        "event.notification.enabled|FALSE",
        "event.vendor.type|polling",
        "event.vendor.type|Polling",
        "event.notification.type|webhook",
        "event.notification.callback.url|https://hooks.example/x?a=b",
        "event.notification.callback.url|HTTP://127.0.0.1:8080",
        "event.notification.signature.key|any thing",
        "event.poller.refresh_interval|1",
        "event.poller.refresh_interval|015",
        "event.poller.urls|'customers|invoices'",
        "event.poller.configuration|{}",
        "event.poller.configuration|{\"customers\":{\"url\":\"/hubs/finance/customers\"}}",
        "event.metadata|whatever",
        "filter.response.nulls|false"
      })
  void what_clients_of_the_hosted_service_sent_is_accepted(String key, String value) {
    assertThat(faults(key, value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event.notification.enabled",
        "event.vendor.type",
        "event.notification.type",
        "event.notification.callback.url",
        "event.poller.refresh_interval",
        "event.poller.configuration"
      })
  void null_and_an_empty_text_are_unset(String key) {
    assertThat(faults(key, null)).isEmpty();
    assertThat(faults(key, "")).isEmpty();
    assertThat(faults(key, "  ")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "event.notification.enabled|yes-of-hush|true or false",
        "event.vendor.type|webhooks|must be polling",
        "event.vendor.type|webhook|must be polling",
        "event.vendor.type|hush|must be polling",
        "event.notification.type|hush|must be webhook",
        "event.notification.callback.url|ftp://hush.example|an http or https URL",
        "event.notification.callback.url|hush.example/x|an http or https URL",
        "event.notification.callback.url|https:///hush|an http or https URL",
        "event.notification.callback.url|https://me:hush@x.example|without user name",
        "event.notification.callback.url|https://hu sh.example|an http or https URL",
        "event.poller.refresh_interval|0|a whole number of minutes",
        "event.poller.refresh_interval|-5|a whole number of minutes",
        "event.poller.refresh_interval|1.5|a whole number of minutes",
        "event.poller.refresh_interval|15m|a whole number of minutes",
        "event.poller.refresh_interval|1234567|a whole number of minutes",
        "event.poller.configuration|hush|a JSON object",
        "event.poller.configuration|[]|a JSON object",
        "event.poller.configuration|\"{}\"|a JSON object",
        "event.poller.configuration|{} hush|a JSON object",
        "event.poller.configuration|{\"hush\":{\"url\":\"/x\"}}|customers, invoices, items",
        "event.poller.configuration|{\"customers\":{\"idField\":\"id\"}}|a url for each resource",
        "event.poller.configuration|{\"customers\":{\"url\":\" \"}}|a url for each resource",
        "event.poller.configuration|{\"customers\":{\"url\":7}}|a url for each resource",
        "event.poller.configuration|{\"customers\":\"hush\"}|a url for each resource"
      })
  void a_fault_names_its_key_and_the_rule_and_never_the_value(
      String key, String value, String rule) {
    Map<String, String> faults = faults(key, value);

    assertThat(faults).containsOnlyKeys(key);
    assertThat(faults.get(key)).startsWith(key).contains(rule).doesNotContain("hush");
  }

  @Test
  void a_url_is_as_long_as_the_field_of_the_catalogue() {
    String longest = "https://hooks.example/" + "x".repeat(1000 - 22);

    assertThat(faults("event.notification.callback.url", longest)).isEmpty();
    assertThat(faults("event.notification.callback.url", longest + "x")).hasSize(1);
  }

  @Test
  void json_of_any_depth_is_told_and_not_fallen_for() {
    String deep = "{\"customers\":" + "[".repeat(30_000);

    assertThat(faults("event.poller.configuration", deep)).hasSize(1);
  }

  @Test
  void the_resources_are_those_of_the_element() {
    String incidents = "{\"incidents\":{\"url\":\"/hubs/helpdesk/incidents\"}}";

    assertThat(faults("autotaskhelpdesk", "event.poller.configuration", incidents)).isEmpty();
    assertThat(faults("autotaskcrm", "event.poller.configuration", incidents)).hasSize(1);
  }

  @Test
  void every_fault_is_told_at_once() {
    Map<String, String> wrong =
        Map.of(
            "event.notification.enabled", "x",
            "event.poller.refresh_interval", "x",
            "event.notification.callback.url", "x");
    Element element = CATALOGUE.find("autotaskfinance").orElseThrow();

    assertThat(EventConfiguration.faults(wrong, element)).containsOnlyKeys(wrong.keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"autotaskfinance", "autotaskcrm", "autotaskhelpdesk"})
  void the_defaults_of_every_element_are_valid(String key) {
    Element element = CATALOGUE.find(key).orElseThrow();
    Map<String, String> defaults = new LinkedHashMap<>();
    for (ConfigurationEntry entry : element.configuration()) {
      defaults.put(entry.key(), entry.defaultValue());
    }

    assertThat(defaults.get("event.poller.configuration")).isNotBlank();
    assertThat(EventConfiguration.faults(defaults, element)).isEmpty();
  }
}
