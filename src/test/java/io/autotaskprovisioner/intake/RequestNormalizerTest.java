package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestNormalizerTest {

  private static final long ACCOUNT = 7;

  private final ObjectMapper mapper = new ObjectMapper();
  private final RequestNormalizer normalizer = new RequestNormalizer(new ElementCatalogue(mapper));

  @Test
  void the_documented_body_is_read_as_it_stands() {
    ProvisioningRequest request =
        body(
            """
            {"name":"My Autotask","element":{"key":"autotaskfinance"},"tags":["ops"],
             "configuration":{"finance.autotask.username":"api@example.com",
               "finance.autotask.password":"s3cret",
               "finance.autotask.server.url":"https://ww2.autotask.net"}}
            """);

    assertThat(request.accountId()).isEqualTo(ACCOUNT);
    assertThat(request.element()).isEqualTo("autotaskfinance");
    assertThat(request.name()).isEqualTo("My Autotask");
    assertThat(request.tags()).containsExactly("ops");
    assertThat(request.configuration())
        .containsEntry("finance.autotask.username", "api@example.com")
        .containsEntry("finance.autotask.password", "s3cret")
        .containsEntry("finance.autotask.server.url", "https://ww2.autotask.net");
    assertThat(request.externalAuthentication()).isEqualTo("none");
    assertThat(request.requestId()).isNull();
    assertThat(request.notBefore()).isNull();
  }

  @Test
  void configuration_values_become_strings_and_null_stays_null() {
    ProvisioningRequest request =
        body(
            """
            {"configuration":{"a":true,"b":15,"c":1.50,"d":null,"e":"","f":{"x":[1,{"y":null}]}}}
            """);

    assertThat(request.configuration())
        .containsEntry("a", "true")
        .containsEntry("b", "15")
        .containsEntry("c", "1.5")
        .containsEntry("d", null)
        .containsEntry("e", "")
        .containsEntry("f", "{\"x\":[1,{\"y\":null}]}");
    assertThat(request.configuration().keySet()).containsExactly("a", "b", "c", "d", "e", "f");
  }

  @Test
  void an_object_is_no_credential() {
    Failure failure =
        failure(
            """
            {"element":"autotaskfinance","configuration":{"finance.autotask.password":{"a":"s3cret"},
             "event.poller.configuration":{}}}
            """);

    assertThat(failure.message())
        .contains("configuration.finance.autotask.password must be a string, not an object")
        .doesNotContain("s3cret", "event.poller.configuration");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"autotaskcrm\"|autotaskcrm",
        "50|50",
        "\"50\"|50",
        "{\"key\":\"autotaskcrm\"}|autotaskcrm",
        "{\"id\":50}|50",
        "{\"key\":null,\"id\":50}|50",
        "{\"key\":\"autotaskcrm\",\"id\":8152}|autotaskcrm"
      })
  void an_element_is_named_by_key_or_id_in_any_form(String json, String expected) {
    assertThat(body("{\"element\":" + json + "}").element()).isEqualTo(expected);
  }

  @Test
  void absent_tags_and_empty_tags_are_told_apart() {
    assertThat(body("{}").tags()).isNull();
    assertThat(body("{\"tags\":null}").tags()).isNull();
    assertThat(body("{\"tags\":[]}").tags()).isEmpty();
  }

  @Test
  void unknown_fields_are_passed_over() {
    assertThat(body("{\"name\":\"n\",\"providerData\":{\"a\":1},\"x\":[]}").name()).isEqualTo("n");
  }

  @Test
  void every_wrong_field_is_named_with_what_it_must_be_and_no_value_is_shown() {
    Failure failure =
        failure(
            """
            {"name":5,"element":[1],"tags":"hush-1","externalAuthentication":{},"notBefore":"hush-2",
             "requestId":true,"configuration":{"finance.autotask.password":["hush-3"]}}
            """);

    assertThat(failure.failureClass()).isEqualTo(FailureClass.INVALID_REQUEST);
    assertThat(failure.message())
        .contains("name must be a string, not a number")
        .contains("element must be a key, an id")
        .contains("tags must be an array of strings, not a string")
        .contains("externalAuthentication must be a string, not an object")
        .contains("notBefore must be a time with its offset")
        .contains("requestId must be a string, not a boolean")
        .contains("configuration.finance.autotask.password must be a string, a number")
        .doesNotContain("hush");
  }

  @Test
  void a_body_that_is_no_object_is_refused() {
    assertThat(failure("[]").message()).isEqualTo("A request must be a JSON object, not an array.");
    assertThat(failure("null").message()).contains("not null");
  }

  @Test
  void what_is_longer_than_its_limit_is_refused() {
    String longText = "x".repeat(70_000);
    assertThat(failure("{\"name\":\"%s\"}".formatted(longText)).message())
        .isEqualTo("name must be a string of at most 255 characters.");
    assertThat(failure("{\"requestId\":\"%s\"}".formatted(longText)).message())
        .contains("requestId must be a string of at most 200 characters");
    assertThat(failure("{\"configuration\":{\"k\":\"%s\"}}".formatted(longText)).message())
        .contains("configuration.k must be a string of at most 65,536 characters");
    assertThat(
            failure(
                    "{\"element\":\"autotaskfinance\",\"configuration\":{\"finance.autotask.username\":\"%s\"}}"
                        .formatted(longText.substring(0, 1001)))
                .message())
        .contains("finance.autotask.username must be a string of at most 1,000 characters");
  }

  @Test
  void a_message_stays_within_what_the_journal_keeps_of_it() {
    StringBuilder json = new StringBuilder("{\"configuration\":{\"k0\":1");
    for (int i = 1; i < 150; i++) {
      json.append(",\"").append("k".repeat(190)).append(i).append("\":[]");
    }
    assertThat(failure(json.append("}}").toString()).message())
        .hasSizeLessThan(2000)
        .endsWith("and 139 more.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\u0000b", "a\\ud800b"})
  void text_that_no_database_can_hold_is_refused(String value) {
    assertThat(failure("{\"configuration\":{\"k\":\"%s\"}}".formatted(value)).message())
        .contains("configuration.k must be a string of whole Unicode characters without NUL");
  }

  @Test
  void a_name_has_no_control_characters_but_line_breaks_which_become_a_blank() {
    assertThat(failure("{\"name\":\"a\\u0007b\"}").message())
        .isEqualTo("name must be a string without control characters.");
    assertThat(body("{\"name\":\"Acme \\r\\n Ltd\"}").name()).isEqualTo("Acme Ltd");
  }

  @Test
  void not_before_takes_any_offset() {
    assertThat(body("{\"notBefore\":\"2026-11-25T02:00:00+01:00\"}").notBefore())
        .isEqualTo(Instant.parse("2026-11-25T01:00:00Z"));
  }

  @Test
  void a_request_id_may_be_a_whole_number() {
    assertThat(body("{\"requestId\":4711}").requestId()).isEqualTo("4711");
  }

  @Test
  void a_flat_record_fills_the_keys_of_the_default_element() {
    ProvisioningRequest request =
        record(
            """
            {"name":"Acme","username":"u","password":"p","serverUrl":"https://ww3.autotask.net",
             "integrationCode":"c","tags":"a; b","event.notification.enabled":false}
            """);

    assertThat(request.element()).isEqualTo("autotaskfinance");
    assertThat(request.tags()).isEqualTo(List.of("a", "b"));
    assertThat(request.configuration())
        .containsEntry("finance.autotask.username", "u")
        .containsEntry("finance.autotask.password", "p")
        .containsEntry("finance.autotask.server.url", "https://ww3.autotask.net")
        .containsEntry("finance.autotask.integration.code", "c")
        .containsEntry("event.notification.enabled", "false")
        .hasSize(5);
  }

  @ParameterizedTest
  @CsvSource({
    "4895, finance",
    "autotaskcrm, crm",
    "50, crm",
    "autotaskhelpdesk, helpdesk",
    "123, helpdesk"
  })
  void a_flat_record_fills_the_keys_of_the_element_it_names(String element, String hub) {
    assertThat(
            record(
                    """
                    {"element":"%s","username":"u","password":"p","serverUrl":"s","integrationCode":"c"}
                    """
                        .formatted(element))
                .configuration())
        .containsOnlyKeys(
            hub + ".autotask.username",
            hub + ".autotask.password",
            hub + ".autotask.server.url",
            hub + ".autotask.integration.code");
  }

  @Test
  void a_flat_record_of_an_unknown_element_is_refused() {
    ProvisioningException thrown =
        catchThrowableOfType(
            ProvisioningException.class, () -> record("{\"element\":\"nope\",\"username\":\"u\"}"));
    assertThat(thrown.failure().failureClass()).isEqualTo(FailureClass.UNKNOWN_ELEMENT);
    assertThat(thrown.failure().message()).isEqualTo("No element found with key nope");
  }

  @Test
  void a_flat_field_and_its_key_must_not_contradict_each_other() {
    ProvisioningException thrown =
        catchThrowableOfType(
            ProvisioningException.class,
            () ->
                record(
                    "{\"password\":\"hush1\",\"configuration\":{\"finance.autotask.password\":\"hush2\"}}"));
    assertThat(thrown.failure().message())
        .isEqualTo(
            "password and finance.autotask.password are the same thing and differ: give one of them.");
  }

  @Test
  void the_http_door_does_not_read_flat_fields() {
    assertThat(body("{\"username\":\"u\",\"a.b\":\"c\"}").configuration()).isEmpty();
  }

  private ProvisioningRequest body(String json) {
    return normalizer.fromBody(parse(json), ACCOUNT);
  }

  private ProvisioningRequest record(String json) {
    return normalizer.fromRecord(parse(json), ACCOUNT);
  }

  private Failure failure(String json) {
    ProvisioningException thrown =
        catchThrowableOfType(ProvisioningException.class, () -> body(json));
    assertThat(thrown).isNotNull();
    return thrown.failure();
  }

  private JsonNode parse(String json) {
    try {
      return mapper.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
