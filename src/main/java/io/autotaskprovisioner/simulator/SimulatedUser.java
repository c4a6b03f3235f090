package io.autotaskprovisioner.simulator;

import java.util.Objects;
import java.util.Set;

/**
 * A login of the simulated service.
 *
 * @param login the user name; compared without regard to case
 * @param secret its password
 * @param ci id of the tenant's database; users with the same one share a tenant
 * @param zone the zone the tenant lives in; 0 is the one without a number in its path
 * @param active whether it may call
 * @param apiUser false for an interactive user: its zone is found, its calls are rejected
 * @param companyName name of the tenant's own company, {@code Companies/0}
 * @param deniedEntities entities whose calls fail for want of rights, such as {@code Invoices};
 *     compared without regard to case
 */
public record SimulatedUser(
    String login,
    String secret,
    int ci,
    int zone,
    boolean active,
    boolean apiUser,
    String companyName,
    Set<String> deniedEntities) {

  public SimulatedUser {
    Objects.requireNonNull(login, "login");
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(companyName, "companyName");
    deniedEntities = Set.copyOf(deniedEntities);
    if (login.isBlank() || login.length() > 256 || secret.length() > 1024) {
      throw new IllegalArgumentException("login or secret is empty or too long");
    }
    if (ci < 1 || zone < 0 || zone > 99) {
      throw new IllegalArgumentException("ci begins at 1, zone is 0 to 99");
    }
  }

  /** An active API user of zone 0 that may do everything. */
  public SimulatedUser(String login, String secret, int ci, String companyName) {
    this(login, secret, ci, 0, true, true, companyName, Set.of());
  }

  /** The same user after its tenant moved to another zone. */
  public SimulatedUser inZone(int newZone) {
    return new SimulatedUser(
        login, secret, ci, newZone, active, apiUser, companyName, deniedEntities);
  }

  /** The same user switched off. */
  public SimulatedUser inactive() {
    return new SimulatedUser(login, secret, ci, zone, false, apiUser, companyName, deniedEntities);
  }

  /** The same user without rights for the entities. */
  public SimulatedUser without(String... entities) {
    return new SimulatedUser(
        login, secret, ci, zone, active, apiUser, companyName, Set.of(entities));
  }

  boolean isDenied(String entity) {
    return deniedEntities.stream().anyMatch(entity::equalsIgnoreCase);
  }

  @Override
  public String toString() {
    return "SimulatedUser[login=%s, secret=********, ci=%d, zone=%d, active=%s, apiUser=%s]"
        .formatted(login, ci, zone, active, apiUser);
  }
}
