package io.autotaskprovisioner.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueSettingsTest {

  @Test
  void without_settings_the_broker_is_the_embedded_one() {
    QueueSettings settings = read("unrelated", "1");

    assertThat(settings.enabled()).isTrue();
    assertThat(settings.isEmbedded()).isTrue();
    assertThat(settings.transacted()).isTrue();
    assertThat(settings.port()).isEqualTo(61_616);
    assertThat(settings.requests()).isEqualTo("provisioning.requests");
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://broker.example:61616, false",
    "amqp://broker.example:5672, true",
    "AMQPS://broker.example, true"
  })
  void the_scheme_of_the_url_chooses_the_protocol(String url, boolean amqp) {
    QueueSettings settings = read("queue.broker-url", url);

    assertThat(settings.isEmbedded()).isFalse();
    assertThat(settings.isAmqp()).isEqualTo(amqp);
  }

  @ParameterizedTest
  @CsvSource({
    "queue.broker-url, http://broker.example, queue.broker-url",
    "queue.broker-url, tcp://user:hidden@broker.example:61616, queue.user",
    "queue.requests, two words, queue.requests",
    "queue.results, provisioning.requests, three queues",
    "queue.user, alone, queue.password",
    "queue.consumers, 0, queue.consumers",
    "queue.message-limit, 10, queue.message-limit"
  })
  void a_value_that_cannot_be_used_stops_the_start_and_shows_no_password(
      String key, String value, String told) {
    assertThatThrownBy(() -> read(key, value))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(told)
        .message()
        .doesNotContain("hidden");
  }

  @Test
  void a_password_is_never_shown() {
    QueueSettings settings = read("queue.user", "me", "queue.password", "the-password");

    assertThat(settings.password()).isEqualTo("the-password");
    assertThat(settings.toString()).doesNotContain("the-password");
  }

  private static QueueSettings read(String... pairs) {
    Properties properties = new Properties();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.setProperty(pairs[i], pairs[i + 1]);
    }
    DefaultCamelContext context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(properties);
    return QueueSettings.of(new Settings(context));
  }
}
