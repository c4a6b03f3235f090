package io.autotaskprovisioner.enrichment;

import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.instance.TenantFacts;
import io.autotaskprovisioner.instance.TenantWork;
import org.jspecify.annotations.Nullable;

/**
 * A claimed tenant with what is needed to ask it, and what was learnt so far. Immutable; {@link
 * #toString} shows no secret.
 *
 * @param login of the tenant's newest instance; null where it has none that is valid
 * @param zoneUrl REST base of that instance's zone, to be checked before anything is sent
 */
record TenantTask(
    TenantWork work, @Nullable LoginCredentials login, String zoneUrl, TenantFacts facts) {

  long databaseId() {
    return work.databaseId();
  }

  TenantTask with(TenantFacts newFacts) {
    return new TenantTask(work, login, zoneUrl, newFacts);
  }

  @Override
  public String toString() {
    return "TenantTask[databaseId=%d, attempts=%d]".formatted(databaseId(), work.attempts());
  }
}
