package io.autotaskprovisioner.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestValidationTest {

  private final RequestValidation validation =
      new RequestValidation(new ElementCatalogue(new ObjectMapper()));

  private static ProvisioningRequest request(String element, Map<String, String> configuration) {
    return new ProvisioningRequest(1, null, element, "Acme", null, configuration, "none", null);
  }

  /** A valid configuration of the hub's Autotask element, with one key set besides. */
  private static Map<String, String> configuration(String hub, String key, String value) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put(hub + ".autotask.username", "user@customer.example");
    configuration.put(hub + ".autotask.password", "hush-hush");
    configuration.put(hub + ".autotask.server.url", "https://ww3.autotask.net");
    configuration.put(key, value);
    return configuration;
  }

  private ProvisioningException refused(ProvisioningRequest request) {
    return catchThrowableOfType(ProvisioningException.class, () -> validation.validated(request));
  }

  @ParameterizedTest
  @CsvSource({"autotaskfinance, finance", "autotaskcrm, crm", "autotaskhelpdesk, helpdesk"})
  void each_element_has_required_keys_of_its_own(String element, String hub) {
    assertThat(validation.validated(request(element, configuration(hub, "x", "y"))).key())
        .isEqualTo(element);

    ProvisioningException refused = refused(request(element, Map.of()));

    assertThat(refused.failure().failureClass()).isEqualTo(FailureClass.INVALID_REQUEST);
    assertThat(refused.failure().message())
        .isEqualTo(
            "Required configuration is missing: %1$s.autotask.username, %1$s.autotask.password, %1$s.autotask.server.url."
                .formatted(hub));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "{\"a\":1}", "truefalse"})
  void a_switch_of_the_catalogue_is_true_or_false(String value) {
    ProvisioningException refused =
        refused(
            request("autotaskfinance", configuration("finance", "filter.response.nulls", value)));

    assertThat(refused.failure().message())
        .isEqualTo("filter.response.nulls must be true or false.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "FALSE", ""})
  void a_switch_may_be_written_in_any_case_or_left_empty(String value) {
    Map<String, String> configuration = configuration("finance", "filter.response.nulls", value);

    assertThat(validation.validated(request("autotaskfinance", configuration)).id())
        .isEqualTo(8152);
  }

  @Test
  void a_mask_is_no_secret_and_a_url_holds_none() {
    Map<String, String> configuration =
        configuration("finance", "finance.autotask.password", "********");
    configuration.put("other.url", "https://me:hush-hush@example.com/");

    ProvisioningException refused = refused(request("8152", configuration));

    assertThat(refused.failure().message())
        .contains("The value of finance.autotask.password is only a mask")
        .contains("The URL in other.url must not hold a user name or password.")
        .doesNotContain("hush-hush");
  }

  @Test
  void an_element_nobody_knows_is_told_by_its_key() {
    ProvisioningException refused = refused(request("nope", Map.of()));

    assertThat(refused.failure().failureClass()).isEqualTo(FailureClass.UNKNOWN_ELEMENT);
    assertThat(refused.failure().message()).isEqualTo("No element found with key nope");
    assertThat(refused.fields()).containsExactly("element");
  }
}
