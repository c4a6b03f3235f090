package io.autotaskprovisioner.enrichment;

import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.TenantClaims;
import io.autotaskprovisioner.instance.TenantWork;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims tenants that are to be asked, a few at a time. Thread-safe. */
public final class DueTenants {

  private static final Logger LOG = LoggerFactory.getLogger(DueTenants.class);

  private final Database database;
  private final TenantClaims claims;
  private final Instances instances;
  private final ElementCatalogue catalogue;
  private final Clock clock;
  private final int atOnce;
  private final Duration lease;
  private final AtomicBoolean databaseAway = new AtomicBoolean();
  private volatile boolean stopping;

  DueTenants(
      Database database,
      TenantClaims claims,
      Instances instances,
      ElementCatalogue catalogue,
      Clock clock,
      int atOnce,
      Duration lease) {
    this.database = database;
    this.claims = claims;
    this.instances = instances;
    this.catalogue = catalogue;
    this.clock = clock;
    this.atOnce = atOnce;
    this.lease = lease;
  }

  /** At most as many as may be asked at once; none while the database is away or we are ending. */
  public List<TenantTask> claim() {
    if (stopping) {
      return List.of();
    }
    try {
      List<TenantTask> tasks = database.transaction(this::claim);
      if (databaseAway.compareAndSet(true, false)) {
        LOG.info("The database answers again; tenants are asked");
      }
      return tasks;
    } catch (StorageException e) {
      if (databaseAway.compareAndSet(false, true)) {
        LOG.warn("No tenant is asked until the database answers again: {}", e.getMessage());
      }
      return List.of();
    }
  }

  void stop() {
    stopping = true;
  }

  private List<TenantTask> claim(Connection connection) throws SQLException {
    List<TenantTask> tasks = new ArrayList<>();
    for (TenantWork work : claims.claim(connection, atOnce, lease, clock.instant())) {
      Optional<Instance> instance = instances.newestOfTenant(connection, work.databaseId());
      tasks.add(
          new TenantTask(
              work,
              instance.flatMap(this::loginOf).orElse(null),
              instance.map(found -> found.tenant().zoneUrl()).orElse(""),
              work.facts()));
    }
    return tasks;
  }

  /** Empty where the catalogue has no longer the element, which must not keep others waiting. */
  private Optional<LoginCredentials> loginOf(Instance instance) {
    return catalogue
        .find(instance.elementKey())
        .map(
            element -> {
              Map<String, @Nullable String> configuration = instance.configuration();
              String code = configuration.get(element.integrationCodeKey());
              return new LoginCredentials(
                      configuration.getOrDefault(element.userNameKey(), ""),
                      configuration.getOrDefault(element.passwordKey(), ""),
                      code == null || code.isBlank() ? null : code,
                      configuration.getOrDefault(element.serverUrlKey(), ""))
                  .acceptedBefore(instance.valid());
            });
  }
}
