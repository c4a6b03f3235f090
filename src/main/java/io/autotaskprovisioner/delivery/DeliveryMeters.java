package io.autotaskprovisioner.delivery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted and measured of one destination. Thread-safe. */
final class DeliveryMeters {

  /** States whose rows wait for something; the others only grow and are not counted. */
  private static final List<DeliveryStatus> MEASURED =
      List.of(DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.EXHAUSTED);

  private final MeterRegistry registry;
  private final String destination;
  private final Map<DeliveryStatus, AtomicLong> depths = new EnumMap<>(DeliveryStatus.class);
  private final AtomicLong oldestSeconds = new AtomicLong();

  DeliveryMeters(MeterRegistry registry, String destination) {
    this.registry = registry;
    this.destination = destination;
    for (DeliveryStatus status : MEASURED) {
      AtomicLong depth = new AtomicLong();
      depths.put(status, depth);
      Gauge.builder("outbox.depth", depth, AtomicLong::doubleValue)
          .description("Deliveries by state")
          .tags("destination", destination, "status", status.name())
          .register(registry);
    }
    Gauge.builder("outbox.oldest.seconds", oldestSeconds, AtomicLong::doubleValue)
        .description("How long the longest due delivery has been due")
        .tags("destination", destination)
        .register(registry);
  }

  void attempt(DeliveryOutcome outcome) {
    registry
        .counter(
            "delivery.attempts", Tags.of("destination", destination, "outcome", outcome.label()))
        .increment();
  }

  void measured(DeliveryDepth.Depth depth) {
    depths.forEach((status, gauge) -> gauge.set(depth.counts().getOrDefault(status, 0L)));
    oldestSeconds.set(depth.oldestDueSeconds());
  }
}
