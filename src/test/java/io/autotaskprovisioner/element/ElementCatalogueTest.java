package io.autotaskprovisioner.element;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.setting.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElementCatalogueTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> DESCRIPTOR_ORDER =
      List.of(
          "id",
          "name",
          "hookName",
          "key",
          "description",
          "image",
          "active",
          "deleted",
          "typeOauth",
          "trialAccount",
          "configDescription",
          "signupURL",
          "defaultTransformations",
          "objectMetadata",
          "transformationsEnabled",
          "bulkDownloadEnabled",
          "bulkUploadEnabled",
          "cloneable",
          "extendable",
          "beta",
          "authentication",
          "extended",
          "hub",
          "protocolType",
          "parameters",
          "private");

  private final ElementCatalogue catalogue = new ElementCatalogue(JSON);
  private final ElementJson elementJson = new ElementJson(JSON);

  @TempDir Path folder;

  private Element element(String key) {
    return catalogue.find(key).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "autotaskfinance, 8152, Autotask Finance, , finance, http, true, hookName",
    "autotaskcrm, 50, Autotask CRM, AutotaskCRM, crm, soap, false, ",
    "autotaskhelpdesk, 123, Autotask Helpdesk, AutotaskHelpdesk, helpdesk, soap, false, objectMetadata"
  })
  void a_descriptor_has_the_published_constants_in_their_order(
      String key,
      long id,
      String name,
      String hookName,
      String hub,
      String protocolType,
      boolean cloneable,
      String absent) {
    JsonNode descriptor = element(key).descriptor();

    List<String> order = new ArrayList<>(DESCRIPTOR_ORDER);
    order.remove(absent);
    assertThat(names(descriptor)).isEqualTo(order);
    assertThat(descriptor.get("id").asLong()).isEqualTo(id);
    assertThat(descriptor.get("key").asText()).isEqualTo(key);
    assertThat(descriptor.get("name").asText()).isEqualTo(name);
    assertThat(descriptor.path("hookName").asText(null)).isEqualTo(hookName);
    assertThat(descriptor.get("hub").asText()).isEqualTo(hub);
    assertThat(descriptor.get("protocolType").asText()).isEqualTo(protocolType);
    assertThat(descriptor.get("cloneable").asBoolean()).isEqualTo(cloneable);
    assertThat(descriptor.get("description").asText())
        .startsWith("Add an " + name + " Instance to connect your existing Autotask account");
    assertThat(descriptor.get("configDescription").asText()).contains(">Autotask CRM Signup</a>");
  }

  @ParameterizedTest
  @CsvSource({"autotaskfinance, finance", "autotaskcrm, crm", "autotaskhelpdesk, helpdesk"})
  void every_element_has_its_own_login_keys_and_shares_all_others(String key, String hub) {
    Element element = element(key);

    assertThat(element.userNameKey()).isEqualTo(hub + ".autotask.username");
    assertThat(element.passwordKey()).isEqualTo(hub + ".autotask.password");
    assertThat(element.serverUrlKey()).isEqualTo(hub + ".autotask.server.url");
    assertThat(element.integrationCodeKey()).isEqualTo(hub + ".autotask.integration.code");
    assertThat(element.configuration().stream().filter(ConfigurationEntry::required))
        .extracting(ConfigurationEntry::key)
        .containsExactly(element.userNameKey(), element.passwordKey(), element.serverUrlKey());
    assertThat(element.configuration().stream().filter(ConfigurationEntry::isSecret))
        .extracting(ConfigurationEntry::key)
        .containsExactly(
            element.passwordKey(),
            element.integrationCodeKey(),
            "event.notification.signature.key");
    Set<String> shared = keys(element);
    shared.removeIf(entry -> entry.startsWith(hub + ".autotask."));
    Set<String> ofFinance = keys(element("autotaskfinance"));
    ofFinance.removeIf(entry -> entry.startsWith("finance.autotask."));
    assertThat(shared).isEqualTo(ofFinance).hasSize(13);
  }

  @ParameterizedTest
  @ValueSource(strings = {"autotaskfinance", "autotaskcrm", "autotaskhelpdesk"})
  void an_entry_has_the_published_fields_and_its_default_is_a_text(String key) throws IOException {
    ObjectNode shown = elementJson.write(element(key));

    assertThat(shown.get("configuration")).hasSize(17);
    for (JsonNode entry : shown.get("configuration")) {
      assertThat(names(entry))
          .containsExactly(
              "key",
              "name",
              "description",
              "defaultValue",
              "type",
              "required",
              "active",
              "displayOrder",
              "internal",
              "groupControl",
              "companyConfig",
              "resellerConfig",
              "hideFromConsole");
      assertThat(entry.get("defaultValue").isTextual()).as(entry.toString()).isTrue();
    }
    assertThat(element(key).descriptor().has("configuration")).isFalse();
    JsonNode polled =
        JSON.readTree(
            element(key).entry("event.poller.configuration").orElseThrow().defaultValue());
    assertThat(polled).isNotEmpty().allSatisfy(r -> assertThat(r.get("url").isTextual()).isTrue());
  }

  @Test
  void metadata_tells_what_can_be_polled_and_for_what() {
    ObjectNode metadata = elementJson.writeMetadata(element("autotaskcrm"));

    assertThat(names(metadata)).containsExactly("id", "key", "name", "description", "events");
    JsonNode events = metadata.get("events");
    assertThat(events.get("supported").asBoolean()).isTrue();
    assertThat(events.get("methods").toString()).isEqualTo("[\"polling\"]");
    assertThat(names(events.get("polling"))).containsExactly("accounts", "contacts", "tasks");
    assertThat(events.at("/polling/accounts/eventTypes").toString())
        .isEqualTo("[\"created\",\"updated\"]");
    assertThat(events.at("/polling/accounts/pollUrl").asText()).startsWith("/hubs/crm/accounts?");
  }

  @Test
  void an_element_is_found_by_key_id_and_alias_and_by_nothing_else() {
    for (String reference : List.of("autotaskfinance", "8152", "4895")) {
      assertThat(catalogue.find(reference)).map(Element::id).contains(8152L);
    }
    for (String reference : List.of("08152", "autotaskFinance", "99999999999999999999", "")) {
      assertThat(catalogue.find(reference)).as(reference).isEmpty();
    }
    assertThat(catalogue.byId()).extracting(Element::id).containsExactly(50L, 123L, 8152L);
  }

  @Test
  void a_hub_of_a_file_in_the_folder_comes_beside_the_packed_ones() throws IOException {
    Files.copy(Path.of("src/test/resources/recipes/connectwise.json"), folder.resolve("psa.json"));
    Hubs hubs = new Hubs(JSON, new ElementCatalogue(JSON, folder));

    assertThat(hubs.all())
        .extracting(Hub::key)
        .containsExactly("crm", "helpdesk", "finance", "psa");
    assertThat(hubs.find("crm")).contains(new Hub(11L, "CRM", "crm", "CRM Element Hub"));
    assertThat(names(elementJson.write(hubs.find("finance").orElseThrow())))
        .containsExactly("id", "name", "key", "description");
    assertThat(elementJson.write(hubs.find("psa").orElseThrow()).has("id")).isFalse();
    assertThat(hubs.elements("psa")).extracting(Element::key).containsExactly("connectwise");
  }

  @Test
  void a_file_in_the_folder_may_build_on_the_packed_base_and_goes_before_it() throws IOException {
    write(
        """
        {"base": "autotask", "descriptor": {"id": 7, "key": "mine", "hub": "psa"},
         "verification": "other",
         "configuration": [
           {"key": "filter.response.nulls", "name": "n", "description": "d", "type": "BOOLEAN",
            "defaultValue": "false"},
           {"key": "psa.own", "name": "n", "description": "d", "type": "TEXTAREA"}]}""");
    Element mine = new ElementCatalogue(JSON, folder).find("mine").orElseThrow();

    assertThat(mine.verification()).isEqualTo("other");
    assertThat(mine.passwordKey()).isEqualTo("psa.autotask.password");
    assertThat(mine.configuration()).hasSize(18);
    assertThat(mine.entry("filter.response.nulls").orElseThrow().defaultValue()).isEqualTo("false");
    assertThat(mine.entry("event.poller.configuration").orElseThrow().defaultValue()).isNull();
    assertThat(elementJson.writeMetadata(mine).at("/events/supported").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"base\":\"../autotask\",\"descriptor\":{\"hub\":\"x\"}}|base must be the name",
        "{\"base\":\"none\",\"descriptor\":{\"hub\":\"x\"}}|base must be the name",
        "{\"base\":\"autotask\",\"descriptor\":{\"hub\":\"a\\\"b\"}}|descriptor.hub must be a name",
        "{\"base\":\"autotask\",\"descriptor\":{\"id\":0,\"key\":\"k\",\"hub\":\"x\"}}|descriptor.id",
        "{\"base\":\"autotask\",\"descriptor\":{\"id\":1,\"hub\":\"x\"}}|key is missing",
        "[]|The file must be an object"
      })
  void a_file_that_cannot_be_used_stops_the_start_with_its_fault(String content, String fault)
      throws IOException {
    write(content);

    assertThatThrownBy(() -> new ElementCatalogue(JSON, folder))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("mine.json")
        .hasMessageContaining(fault);
  }

  private void write(String content) throws IOException {
    Files.writeString(folder.resolve("mine.json"), content);
  }

  private static Set<String> keys(Element element) {
    Set<String> keys = new HashSet<>();
    element.configuration().forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  private static List<String> names(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }
}
