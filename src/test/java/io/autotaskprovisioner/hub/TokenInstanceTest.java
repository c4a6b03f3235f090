package io.autotaskprovisioner.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.autotask.EntityQuery;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.ResourceQuery;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.TenantDetails;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenInstanceTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Element FINANCE =
      new ElementCatalogue(JSON).find("autotaskfinance").orElseThrow();
  private static final ResourceQuery CUSTOMERS =
      FINANCE.resources().query("customers").orElseThrow();

  private static TokenInstance with(String... further) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("finance.autotask.username", "api@acme.example");
    configuration.put("finance.autotask.password", "hush-hush");
    configuration.put("finance.autotask.server.url", "https://ww3.autotask.net");
    for (int i = 0; i < further.length; i += 2) {
      configuration.put(further[i], further[i + 1]);
    }
    Instant now = Instant.parse("2026-11-25T18:00:00Z");
    TenantDetails tenant =
        new TenantDetails(null, "https://x", null, null, null, null, null, null, null, now);
    Instance instance =
        new Instance(
            1000,
            7,
            null,
            "autotaskfinance",
            "Acme",
            "token",
            List.of(),
            configuration,
            "none",
            true,
            false,
            false,
            tenant,
            now,
            now,
            1);
    return new TokenInstance(instance, FINANCE);
  }

  private static ObjectNode row() throws Exception {
    return (ObjectNode)
        JSON.readTree(
            """
            {"id":174,"companyName":"Acme","companyType":1,"isActive":true,"phone":"555",
             "billingAddress1":null,"lastActivityDate":"2026-01-01T09:30:00Z",
             "userDefinedFields":[{"name":"Tier","value":"Gold"}]}""");
  }

  @Test
  void an_item_is_flat_has_the_names_of_the_resource_and_a_text_for_id() throws Exception {
    assertThat(with().item(row(), CUSTOMERS))
        .isEqualTo(
            JSON.readTree(
                """
                {"id":"174","accountName":"Acme","accountType":1,"active":true,"phone":"555",
                 "lastActivityDate":"2026-01-01T09:30:00Z"}"""));
  }

  @ParameterizedTest
  @CsvSource({"false, true", "FALSE, true", "true, false", "'', false"})
  void nulls_show_only_where_their_filter_is_off(String filter, boolean shown) throws Exception {
    ObjectNode item = with("filter.response.nulls", filter).item(row(), CUSTOMERS);

    assertThat(item.has("billToAddress1")).isEqualTo(shown);
    assertThat(item.has("userDefinedFields")).isFalse();
  }

  @Test
  void a_query_goes_out_with_the_stored_login_which_no_text_shows() {
    TokenInstance caller = with("finance.autotask.integration.code", " ");
    EntityQuery query = caller.query(CUSTOMERS, new ItemPage(7L, 0, 2));

    assertThat(query.entity()).isEqualTo("Companies");
    assertThat(query.afterId()).isEqualTo(7L);
    assertThat(query.login().secret()).isEqualTo("hush-hush");
    assertThat(query.login().integrationCode()).isNull();
    assertThat(query.login().acceptedBefore()).as("the login of a valid instance").isTrue();
    assertThat(query + " " + caller).doesNotContain("hush-hush", "token");
  }
}
