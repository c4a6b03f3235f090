package io.autotaskprovisioner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationTest extends SimulatorCase {

  @Test
  void the_three_headers_Basic_alone_and_both_together_are_accepted() throws Exception {
    assertThat(status(acme("Version"))).isEqualTo(200);
    assertThat(status(basic("Version", ACME, ACME_SECRET))).isEqualTo(200);
    assertThat(
            status(
                basic("Version", ACME, ACME_SECRET)
                    .header("username", ACME)
                    .header("SECRET", ACME_SECRET)
                    .header("apiintegrationcode", CODE)))
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "api.user@acme.example, wrong, DEMO0CODE0DEMO0CODE0DEMO0CO",
    "api.user@acme.example, acme-api-secret, AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "nobody@acme.example, acme-api-secret, DEMO0CODE0DEMO0CODE0DEMO0CO",
    "api.retired@hooli.example, hooli-api-secret, DEMO0CODE0DEMO0CODE0DEMO0CO"
  })
  void every_rejection_is_the_same_empty_401(String user, String secret, String code)
      throws Exception {
    assertRejected(send(login("ThresholdInformation", user, secret, code)));
  }

  @ParameterizedTest
  @CsvSource({"UserName", "Secret", "ApiIntegrationCode"})
  void a_missing_header_is_rejected(String missing) throws Exception {
    var request = request("/ATServicesRest/V1.0/Version");
    if (!missing.equals("UserName")) {
      request.header("UserName", ACME);
    }
    if (!missing.equals("Secret")) {
      request.header("Secret", ACME_SECRET);
    }
    if (!missing.equals("ApiIntegrationCode")) {
      request.header("ApiIntegrationCode", CODE);
    }
    assertRejected(send(request));
  }

  @Test
  void the_headers_can_be_made_necessary() throws Exception {
    simulator.set("requireHeaders", true);

    assertThat(status(basic("Version", ACME, ACME_SECRET))).isEqualTo(401);
    assertThat(status(acme("Version"))).isEqualTo(200);
  }

  @Test
  void Basic_can_be_made_to_need_the_code_beside_it() throws Exception {
    simulator.set("basicOnlyAccepted", false);

    assertThat(status(basic("Version", ACME, ACME_SECRET))).isEqualTo(401);
    assertThat(status(basic("Version", ACME, ACME_SECRET).header("ApiIntegrationCode", CODE)))
        .isEqualTo(200);
  }

  @Test
  void headers_and_Basic_that_disagree_are_rejected() throws Exception {
    assertThat(
            status(
                basic("Version", ACME, "wrong")
                    .header("UserName", ACME)
                    .header("Secret", ACME_SECRET)
                    .header("ApiIntegrationCode", CODE)))
        .isEqualTo(401);
  }

  @Test
  void a_wrong_code_is_a_500_with_text_by_a_switch() throws Exception {
    simulator.set("wrongCodeAnswer", 500);

    HttpResponse<String> answer = send(login("Version", ACME, ACME_SECRET, "wrong"));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("{\"errors\":[\"IntegrationCode is invalid\"]}");
    assertThat(status(login("Version", ACME, "wrong", "wrong"))).isEqualTo(401);
  }

  @Test
  void the_fifth_wrong_secret_locks_and_the_right_one_then_looks_as_wrong() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertThat(status(login("Version", ACME, "wrong", CODE))).isEqualTo(401);
    }
    assertThat(simulator.isLocked(ACME)).isFalse();
    assertThat(status(login("Version", ACME, "wrong", CODE))).isEqualTo(401);

    assertThat(simulator.isLocked(ACME)).isTrue();
    assertRejected(send(acme("Version")));
    simulator.unlock(ACME);
    assertThat(status(acme("Version"))).isEqualTo(200);
  }

  @Test
  void a_right_secret_starts_the_count_again_and_a_wrong_code_does_not_count() throws Exception {
    simulator.set("lockoutAfter", 2);

    assertThat(status(login("Version", ACME, "wrong", CODE))).isEqualTo(401);
    assertThat(status(acme("Version"))).isEqualTo(200);
    assertThat(status(login("Version", ACME, "wrong", CODE))).isEqualTo(401);
    assertThat(status(login("Version", ACME, ACME_SECRET, "wrong"))).isEqualTo(401);
    assertThat(status(login("Version", ACME, ACME_SECRET, "wrong"))).isEqualTo(401);
    assertThat(status(acme("Version"))).isEqualTo(200);
  }

  @Test
  void a_lock_opens_by_itself_only_after_the_time_that_a_switch_gives() throws Exception {
    simulator.lock(ACME);
    simulator.advanceClock(Duration.ofDays(1));
    assertThat(status(acme("Version"))).isEqualTo(401);

    simulator.reset();
    simulator.set("unlockAfterSeconds", 300);
    simulator.lock(ACME);
    simulator.advanceClock(Duration.ofSeconds(299));
    assertThat(status(acme("Version"))).isEqualTo(401);
    simulator.advanceClock(Duration.ofSeconds(1));
    assertThat(status(acme("Version"))).isEqualTo(200);
  }

  @Test
  void parallel_failures_are_all_counted() {
    simulator.set("lockoutAfter", 40);
    CompletableFuture.allOf(wrongLogins(39)).join();
    assertThat(simulator.isLocked(ACME)).isFalse();

    CompletableFuture.allOf(wrongLogins(1)).join();

    assertThat(simulator.isLocked(ACME)).isTrue();
  }

  @Test
  void failures_counted_from_many_threads_are_none_too_few() {
    Lockouts lockouts = new Lockouts(java.time.Instant::now);
    IntStream.range(0, 9_999).parallel().forEach(i -> lockouts.rejected("a@b.example", 10_000));

    assertThat(lockouts.failures("A@B.example")).isEqualTo(9_999);
    assertThat(lockouts.isLocked("a@b.example", 0)).isFalse();
    lockouts.rejected("a@b.example", 10_000);
    assertThat(lockouts.isLocked("a@b.example", 0)).isTrue();
  }

  @Test
  void an_entity_without_rights_is_a_500_with_the_permission_text() throws Exception {
    simulator.put(simulator.user(ACME).without("Invoices"));

    HttpResponse<String> answer = send(acme("Invoices/1001"));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(JSON.readTree(answer.body()).at("/errors/0").asText())
        .startsWith("The logged in Resource does not have the adequate permissions");
    assertThat(status(acme("Companies/0"))).isEqualTo(200);
  }

  @Test
  void no_secret_shows_in_a_users_text() {
    assertThat(List.of(simulator.user(ACME)).toString()).doesNotContain(ACME_SECRET);
  }

  private static CompletableFuture<?>[] wrongLogins(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> sendAsync(login("Version", ACME, "wrong" + i, CODE)))
        .toArray(CompletableFuture[]::new);
  }

  private static void assertRejected(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("0");
    assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .hasValue("Basic Realm=\"webservices.autotask.net\"");
  }
}
