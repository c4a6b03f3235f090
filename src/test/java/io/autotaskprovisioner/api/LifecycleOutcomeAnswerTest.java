package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.TenantDetails;
import io.autotaskprovisioner.lifecycle.LifecycleOutcome;
import io.autotaskprovisioner.lifecycle.LifecycleOutcome.Kind;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a caller is told when others changed or removed the instance at the same moment. */
class LifecycleOutcomeAnswerTest {

  private static final Instant NOW = Instant.parse("2026-01-15T10:00:00Z");

  @Test
  void a_change_that_was_overtaken_is_409_and_says_that_nothing_was_stored() {
    ApiException answer = refused(Kind.OVERTAKEN, Map.of("id", "17"));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer).hasMessageContaining("Instance 17").hasMessageContaining("send the change");
  }

  @Test
  void an_instance_that_has_just_gone_is_404_by_its_id_and_401_by_its_token() {
    assertThat(refused(Kind.GONE, Map.of("id", "17")).statusCode()).isEqualTo(404);
    ApiException byToken = refused(Kind.GONE, Map.of("configId", "1000"));
    assertThat(byToken.statusCode()).isEqualTo(401);
    assertThat(byToken).hasMessage(ApiException.UNAUTHORIZED);
  }

  private static ApiException refused(Kind kind, Map<String, String> pathParameters) {
    ApiRequest request =
        new ApiRequest(
            "0".repeat(24),
            "PATCH",
            "/elements/api-v2/instances",
            pathParameters,
            MultiMap.caseInsensitiveMultiMap(),
            MultiMap.caseInsensitiveMultiMap(),
            new byte[0]);
    return catchThrowableOfType(
        ApiException.class,
        () -> InstanceLifecycleOperations.changed(request, new LifecycleOutcome(kind, instance())));
  }

  private static Instance instance() {
    TenantDetails tenant =
        new TenantDetails(
            null,
            "https://webservices3.autotask.net/ATServicesRest/",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            NOW);
    return new Instance(
        17,
        1,
        null,
        "autotaskfinance",
        "Acme",
        "token",
        List.of(),
        Map.of(),
        "none",
        true,
        false,
        false,
        tenant,
        NOW,
        NOW,
        1);
  }
}
