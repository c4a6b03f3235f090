package io.autotaskprovisioner.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.support.H2Plan;
import io.autotaskprovisioner.support.TestDatabase;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

class TenantsH2Test extends TenantsSuite {

  @Override
  TestDatabase open() {
    return TestDatabase.h2();
  }

  @Test
  void tenants_that_are_due_are_looked_for_in_their_index() {
    assertThat(H2Plan.of(database, TenantClaims.DUE, OffsetDateTime.now(), 10))
        .contains("TENANT_DUE")
        .doesNotContain("TABLESCAN");
  }
}
