package io.autotaskprovisioner.enrichment;

import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.TenantWork;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.StorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims tenants that are to be asked, a few at a time. Thread-safe. */
public final class DueTenants {

  /**
   * Longer than an attempt: two calls, and a wait for a slot before each, end within {@link
   * AskTenant#PATIENCE} and the call's time.
   */
  static final Duration LEASE = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(DueTenants.class);

  private final Database database;
  private final Tenants tenants;
  private final Instances instances;
  private final ElementCatalogue catalogue;
  private final Clock clock;
  private final int atOnce;
  private final AtomicBoolean databaseAway = new AtomicBoolean();
  private volatile boolean stopping;

  DueTenants(
      Database database,
      Tenants tenants,
      Instances instances,
      ElementCatalogue catalogue,
      Clock clock,
      int atOnce) {
    this.database = database;
    this.tenants = tenants;
    this.instances = instances;
    this.catalogue = catalogue;
    this.clock = clock;
    this.atOnce = atOnce;
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
    for (TenantWork work : tenants.claim(connection, atOnce, LEASE, clock.instant())) {
      Optional<Instance> instance = instances.newestOfTenant(connection, work.databaseId());
      tasks.add(
          new TenantTask(
              work,
              instance.map(this::loginOf).orElse(null),
              instance.map(found -> found.tenant().zoneUrl()).orElse(""),
              work.facts()));
    }
    return tasks;
  }

  private LoginCredentials loginOf(Instance instance) {
    Element element = catalogue.find(instance.elementKey()).orElseThrow();
    String code = instance.configuration().get(element.integrationCodeKey());
    return new LoginCredentials(
        instance.configuration().getOrDefault(element.userNameKey(), ""),
        instance.configuration().getOrDefault(element.passwordKey(), ""),
        code == null || code.isBlank() ? null : code,
        instance.configuration().getOrDefault(element.serverUrlKey(), ""));
  }
}
