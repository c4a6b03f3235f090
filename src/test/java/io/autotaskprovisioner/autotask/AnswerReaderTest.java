package io.autotaskprovisioner.autotask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerReaderTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final AnswerReader reader = new AnswerReader(Clock.fixed(NOW, ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "401 | `` | REJECTED_CREDENTIALS",
        "401 | {\"errors\":[\"anything\"]} | REJECTED_CREDENTIALS",
        "500 | {\"errors\":[\"The user account has been locked.  Please see\"]} | REJECTED_CREDENTIALS",
        "500 | {\"errors\":[\"Zone information could not be determined\"]} | UNKNOWN_LOGIN",
        "200 | {\"errors\":[\"Zone information could not be determined\"]} | UNKNOWN_LOGIN",
        "500 | {\"errors\":[\"IntegrationCode is invalid\"]} | INTEGRATION_CODE",
        "500 | {\"errors\":[\"IntegrationCode is invalid.\"]} | INTEGRATION_CODE",
        "500 | {\"errors\":[{\"message\":\"IntegrationCode is invalid\",\"code\":7}]} | INTEGRATION_CODE",
        "500 | {\"errors\":[\"The logged in Resource does not have the adequate permissions to query this entity type.\"]} | NOT_PERMITTED",
        "403 | `` | NOT_PERMITTED",
        "403 | <html>no</html> | NOT_PERMITTED",
        "429 | {\"errors\":[\"API thread threshold of 3 threads has been exceeded.\"]} | THROTTLED",
        "500 | {\"errors\":[\"API thread threshold of 3 threads has been exceeded.\"]} | THROTTLED",
        "200 | {\"errors\":[\"API Thread Threshold of 3 threads has been exceeded.\"]} | THROTTLED",
        "503 | {\"Message\":\"API thread threshold of 3 threads\"} | THROTTLED",
        "429 | `` | THROTTLED",
        "429 | <html>slow down</html> | THROTTLED",
        "500 | {\"errors\":[\"The external request threshold of 10000 requests per 60 minutes has been exceeded.\"]} | THROTTLED",
        "500 | {\"errors\":[\"You have exceeded the hourly request limit\"]} | THROTTLED",
        "500 | {\"errors\":[\"Unable to find foo in the Company Entity.\"]} | PROVIDER_REFUSED",
        "200 | {\"errors\":[\"Unable to find foo in the Company Entity.\"]} | PROVIDER_REFUSED",
        "400 | {\"errors\":[\"bad\"]} | PROVIDER_REFUSED",
        "405 | {\"Message\":\"The requested resource does not support http method 'GET'.\"} | PROVIDER_REFUSED",
        "500 | {\"Message\":\"An error has occurred.\"} | PROVIDER_ERROR",
        "500 | {\"errors\":[]} | PROVIDER_ERROR",
        "500 | {\"errors\":null} | PROVIDER_ERROR",
        "500 | `` | PROVIDER_ERROR",
        "500 | <html>Runtime Error</html> | PROVIDER_ERROR",
        "502 | <html>Bad gateway</html> | PROVIDER_ERROR",
        "503 | {\"errors\":[\"Service unavailable\"]} | PROVIDER_ERROR",
        "504 | plain words | PROVIDER_ERROR",
        "404 | <!DOCTYPE html><title>404 - File or directory not found.</title> | PROVIDER_ERROR",
        "302 | `` | PROVIDER_ERROR",
        "204 | `` | PROVIDER_ERROR",
        "200 | `` | PROVIDER_ERROR",
        "200 | null | PROVIDER_ERROR",
        "200 | \"text\" | PROVIDER_ERROR",
        "200 | <html></html> | PROVIDER_ERROR",
        "200 | {\"externalRequestThreshold\":\"many\"} | PROVIDER_ERROR",
        "200 | {\"externalRequestThreshold\":99999999999} | PROVIDER_ERROR",
        "200 | {\"externalRequestThreshold\":1 | PROVIDER_ERROR"
      })
  void each_answer_has_its_kind(int status, String body, Kind kind) {
    assertThat(failure(status, null, body == null ? "" : body).kind()).isEqualTo(kind);
  }

  @Test
  void keys_may_be_spelt_in_either_case_and_others_are_passed_over() {
    ThresholdInformation read =
        read(
            new Answer(
                200,
                null,
                """
                {"ExternalRequestThreshold":10000,"requestThresholdTimeframe":60,
                 "CurrentTimeframeRequestCount":3,"extra":{"a":[1]}}"""
                    .getBytes(StandardCharsets.UTF_8)));

    assertThat(read).isEqualTo(new ThresholdInformation(10000, 60, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "17 | PT17S",
        "0 | PT1S",
        "86400 | PT1H",
        "Sun, 01 Mar 2026 12:02:00 GMT | PT2M",
        "Sun, 01 Mar 2026 11:00:00 GMT | PT1S",
        "Mon, 02 Mar 2026 11:00:00 GMT | PT1H",
        "soon | PT30S",
        "-5 | PT30S",
        "99999999999999999999 | PT30S"
      })
  void retry_after_is_read_in_both_forms_and_bounded(String header, Duration expected) {
    assertThat(failure(429, header, "").retryAfter()).isEqualTo(expected);
  }

  @Test
  void without_retry_after_the_kind_of_limit_decides() {
    assertThat(failure(429, null, "{\"errors\":[\"API thread threshold of 3\"]}").retryAfter())
        .isEqualTo(AnswerReader.THREAD_PAUSE);
    assertThat(
            failure(500, null, "{\"errors\":[\"external request threshold exceeded\"]}")
                .retryAfter())
        .isEqualTo(AnswerReader.HOURLY_PAUSE);
    assertThat(failure(503, "7", "busy").retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void the_words_of_autotask_are_shortened_and_cleaned() {
    AutotaskException e =
        failure(
            500, null, "{\"errors\":[\"a\\u0000\\u001b[31m\\r\\nb\",\"" + "x".repeat(900) + "\"]}");

    assertThat(e.providerMessage()).startsWith("a [31m b; xxx").endsWith("…").hasSize(500);
    assertThat(e.providerMessage()).doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void html_is_told_and_not_quoted() {
    AutotaskException e = failure(404, null, "<html><body>IIS</body></html>");

    assertThat(e.providerMessage()).isNull();
    assertThat(e).hasMessageContaining("HTML").hasMessageContaining("404");
  }

  @Test
  void a_secret_is_taken_out_plain_encoded_and_at_the_cut() {
    String secret = "s3cret with+blank";
    Redaction redaction = Redaction.of(secret, null, "");
    String near = "y".repeat(Redaction.MAX_LENGTH - 8);

    assertThat(redaction.shown("1 " + secret + " 2 s3cret+with%2Bblank"))
        .isEqualTo("1 ******** 2 ********");
    assertThat(redaction.shown(near + secret)).doesNotContain("s3c");
    assertThat(redaction.shown("\u0000\n ")).isNull();
  }

  private AutotaskException failure(int status, String retryAfter, String body) {
    Answer answer = new Answer(status, retryAfter, body.getBytes(StandardCharsets.UTF_8));
    AutotaskException e = catchThrowableOfType(AutotaskException.class, () -> read(answer));
    assertThat(e).as("status %d, body %s", status, body).isNotNull();
    return e;
  }

  private ThresholdInformation read(Answer answer) {
    return reader.read(answer, ThresholdInformation.class, "zone.example", Redaction.none());
  }
}
