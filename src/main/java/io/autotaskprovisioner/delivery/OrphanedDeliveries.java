package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.storage.Database;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at the start of deliveries whose destination is no longer in the settings: nobody sends
 * them, so they wait until it is set again or they are discarded.
 *
 * <p>Our choice: their depth in the metrics is that of the start; without a loop nothing of this
 * process changes it but discarding.
 */
final class OrphanedDeliveries extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(OrphanedDeliveries.class);

  private final Database database;
  private final DeliveryDepth depth;
  private final MeterRegistry meters;
  private final Set<String> known;

  /** Kept, since the registry holds what its gauges measure weakly. */
  private final List<DeliveryMeters> measures = new ArrayList<>();

  OrphanedDeliveries(
      Database database, DeliveryDepth depth, MeterRegistry meters, List<Destination> known) {
    this.database = database;
    this.depth = depth;
    this.meters = meters;
    this.known = known.stream().map(Destination::name).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  protected void doStart() {
    Set<String> orphaned = database.query(DeliveryQuery::waitingDestinations);
    orphaned.removeAll(known);
    orphaned.forEach(this::tell);
  }

  private void tell(String destination) {
    DeliveryDepth.Depth measured = depth.measure(destination);
    DeliveryMeters measure = new DeliveryMeters(meters, destination);
    measure.measured(measured);
    measures.add(measure);
    long waiting =
        measured.counts().getOrDefault(DeliveryStatus.PENDING, 0L)
            + measured.counts().getOrDefault(DeliveryStatus.SENDING, 0L);
    LOG.warn(
        "{} deliveries wait for destination {}, which is not in the settings: set it again, or discard them with POST /destinations/{}/discard",
        waiting,
        destination,
        destination);
  }
}
