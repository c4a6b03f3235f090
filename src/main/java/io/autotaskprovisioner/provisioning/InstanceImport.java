package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.delivery.InstanceEvent;
import io.autotaskprovisioner.delivery.Outbox;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.Instances.Insertion;
import io.autotaskprovisioner.instance.Tenants;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * Stores instances that had their ids and tokens before, each with its event and deliveries, in the
 * caller's transaction. Thread-safe.
 */
public final class InstanceImport {

  /** An instance with the id of its event, ready to be stored; may be stored twice. */
  public record Prepared(Instance instance, long eventId) {}

  private final Instances instances;
  private final Tenants tenants;
  private final ElementCatalogue catalogue;
  private final InstanceEvents events;
  private final Outbox outbox;
  private final Clock clock;

  public InstanceImport(
      Instances instances,
      Tenants tenants,
      ElementCatalogue catalogue,
      InstanceEvents events,
      Outbox outbox,
      Clock clock) {
    this.instances = instances;
    this.tenants = tenants;
    this.catalogue = catalogue;
    this.events = events;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Draws what must not be drawn inside work that may run twice. */
  public Prepared prepare(ProvenInstance proven) {
    ProvisioningRequest request = proven.request();
    String name = PlainText.of(Objects.requireNonNull(request.name()));
    List<String> tags = request.tags();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instance instance =
        new Instance(
            proven.id(),
            request.accountId(),
            null,
            catalogue.find(Objects.requireNonNull(request.element())).orElseThrow().key(),
            name,
            proven.token(),
            tags == null ? List.of(name) : tags.stream().map(PlainText::of).toList(),
            request.configuration(),
            request.externalAuthentication(),
            true,
            proven.disabled(),
            proven.traceLoggingEnabled(),
            proven.tenant(),
            proven.createdAt().truncatedTo(ChronoUnit.SECONDS),
            now,
            1);
    return new Prepared(instance, events.nextId());
  }

  /**
   * Stores it, unless the very same instance is there.
   *
   * @return false where its id or token is another instance's
   */
  public boolean store(Connection connection, Prepared prepared) throws SQLException {
    Instance instance = prepared.instance();
    Insertion insertion = instances.insert(connection, instance);
    if (insertion == Insertion.INSERTED) {
      Long databaseId = instance.tenant().databaseId();
      Instance known =
          databaseId == null
              ? instance
              : instance.with(tenants.note(connection, databaseId, instance.updatedAt()));
      outbox.record(
          connection,
          events.of(prepared.eventId(), InstanceEvent.PROVISIONED, known, instance.updatedAt()));
    }
    return insertion == Insertion.INSERTED || insertion == Insertion.ALREADY_STORED;
  }

  /** Tells the delivery of what was committed. */
  public void wake() {
    outbox.wake();
  }
}
