package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SigningSecretTest {

  private static final String OLD = DeliveryFixture.SECRET;
  private static final String NEW = DeliveryFixture.OTHER_SECRET;
  private static final String BODY = "{\"name\":\"Müller\"}";

  @Test
  void the_sample_of_the_specification_is_signed_alike() {
    String signature =
        SigningSecret.parse(OLD)
            .sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1614265330,
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));

    assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void while_a_key_rotates_receivers_with_either_accept() throws Exception {
    Target.Webhook webhook =
        new Target.Webhook(
            URI.create("https://example.com"),
            List.of(SigningSecret.parse(NEW), SigningSecret.parse(OLD)));
    long now = Instant.now().getEpochSecond();
    HttpHeaders headers =
        headers(now, webhook.signatures("evt_1", now, BODY.getBytes(StandardCharsets.UTF_8)));

    new Webhook(OLD).verify(BODY, headers);
    new Webhook(NEW).verify(BODY, headers);
    assertThatThrownBy(() -> new Webhook(OLD).verify(BODY + " ", headers))
        .isInstanceOf(WebhookVerificationException.class);
    assertThatThrownBy(() -> new Webhook(SigningSecret.generate()).verify(BODY, headers))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void a_generated_secret_can_be_read_and_none_shows_itself() {
    String generated = SigningSecret.generate();

    assertThat(SigningSecret.parse(generated)).hasToString("SigningSecret[********]");
    assertThat(SigningSecret.generate()).isNotEqualTo(generated);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_no base64 at all!!!!!!!!!!!!!!!!",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void what_is_no_secret_is_refused_without_being_quoted(String text) {
    assertThatThrownBy(() -> SigningSecret.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a secret is whsec_ and the base64 of 24 to 64 bytes")
        .hasNoCause();
  }

  private static HttpHeaders headers(long timestamp, String signatures) {
    return HttpHeaders.of(
        Map.of(
            "webhook-id", List.of("evt_1"),
            "webhook-timestamp", List.of(Long.toString(timestamp)),
            "webhook-signature", List.of(signatures)),
        (name, value) -> true);
  }
}
