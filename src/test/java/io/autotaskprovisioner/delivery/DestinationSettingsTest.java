package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DestinationSettingsTest {

  @TempDir Path directory;

  private List<Destination> read(String... keysAndValues) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("data.directory", directory.resolve("data").toString());
    properties.setProperty("delivery.poll-interval", "500ms");
    properties.setProperty("delivery.retry.schedule", "5s");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    try (CamelContext context = new DefaultCamelContext()) {
      context.getPropertiesComponent().setInitialProperties(properties);
      return new DestinationSettings(new Settings(context)).read();
    }
  }

  @Test
  void without_a_destination_there_is_none() throws Exception {
    assertThat(read()).isEmpty();
  }

  @Test
  void every_key_is_read() throws Exception {
    List<Destination> destinations =
        read(
            "delivery.crm-2.webhook", "https://example.com/hooks?key=a",
            "delivery.crm-2.secret", DeliveryFixture.SECRET + ", " + DeliveryFixture.OTHER_SECRET,
            "delivery.crm-2.events", "a.b, c.d",
            "delivery.crm-2.include-token", "true",
            "delivery.crm-2.concurrency", "4",
            "delivery.crm-2.timeout", "7s",
            "delivery.audit.webhook", "http://localhost:8000/",
            "delivery.audit.secret", DeliveryFixture.SECRET);

    assertThat(destinations).extracting(Destination::name).containsExactly("audit", "crm-2");
    Destination crm = destinations.get(1);
    assertThat(((Target.Webhook) crm.target()).secrets()).hasSize(2);
    assertThat(crm.wants("a.b")).isTrue();
    assertThat(crm.wants("x.y")).isFalse();
    assertThat(crm.includeToken()).isTrue();
    assertThat(crm.concurrency()).isEqualTo(4);
    assertThat(crm.timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(crm.toString()).doesNotContain("key=a").doesNotContain("whsec_");
    assertThat(destinations.get(0).wants("x.y")).isTrue();
    assertThat(destinations.get(0).includeToken()).isFalse();
    assertThat(destinations.get(0).timeout()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void a_missing_secret_is_generated_once_into_an_owner_only_file() throws Exception {
    Path file = directory.resolve("data/delivery-crm.secret");

    read("delivery.crm.webhook", "https://example.com/");
    String first = Files.readString(file);
    read("delivery.crm.webhook", "https://example.com/");

    assertThat(Files.readString(file)).isEqualTo(first).startsWith("whsec_");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory.resolve("data")).isDirectoryNotContaining("glob:**.draft");
  }

  @ParameterizedTest
  @CsvSource({
    "delivery.crm.uri, results, delivery.crm.uri is not an endpoint URI",
    "delivery.crm.uri, http://example.com/, delivery.crm.allow-http=true",
    "delivery.crm.uri, https:pw, delivery.crm.uri is not a URL",
    "delivery.crm.uri, https://example.com/?followRedirects=true, follows redirects",
    "delivery.crm.concurrency, 3, give destination crm one of",
    "delivery.crm.table, 'events; drop table pw', delivery.crm.table is not the name of a table",
    "delivery.crm.table, '\"events\"', delivery.crm.table is not the name of a table",
    "delivery.crm.webhook, http://example.com/, delivery.crm.allow-http=true",
    "delivery.crm.webhook, http://127.0.0.1.example.com/, delivery.crm.allow-http=true",
    "delivery.crm.webhook, https://user:pw@example.com/, holds a user name",
    "delivery.crm.webhook, ftp://example.com/, is not a URL",
    "delivery.crm.webhok, https://example.com/, delivery.crm.webhok is not known: did you mean delivery.crm.webhook?",
    "delivery.poll-intervall, 1s, did you mean delivery.poll-interval?",
    "delivery.crm.secret, whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, delivery.crm.webhook is missing",
    "delivery.CRM.webhook, https://example.com/, only the letters",
    "delivery.my.crm.webhook, https://example.com/, only the letters"
  })
  void what_cannot_be_used_stops_the_start_and_is_named(String key, String value, String told) {
    assertThatThrownBy(() -> read(key, value))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(told)
        .hasMessageNotContaining("pw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"whsec_c2hvcnQ=", "hunter2"})
  void a_bad_secret_is_named_and_not_quoted(String secret) {
    assertThatThrownBy(
            () ->
                read("delivery.crm.webhook", "https://example.com/", "delivery.crm.secret", secret))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("delivery.crm.secret")
        .hasMessageNotContaining(secret);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:8000/", "http://localhost/", "http://[::1]:8000/hooks"})
  void http_is_allowed_on_the_loopback(String url) throws Exception {
    assertThat(read("delivery.crm.webhook", url)).hasSize(1);
  }

  @Test
  void http_is_allowed_where_the_setting_says_so() throws Exception {
    assertThat(read("delivery.crm.webhook", "http://crm.lan/", "delivery.crm.allow-http", "true"))
        .hasSize(1);
  }
}
