package io.autotaskprovisioner.delivery;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Makes the senders of all destinations and opens them with the context, before any route runs, so
 * that a destination that can never work stops the start.
 */
final class EventSenders extends ServiceSupport {

  private final CamelContext context;
  private final Vertx vertx;
  private final Clock clock;
  private final DataSource own;
  private final List<EventSender> senders;

  /**
   * @param own of the program's database
   */
  EventSenders(
      CamelContext context,
      Vertx vertx,
      Clock clock,
      DataSource own,
      List<Destination> destinations) {
    this.context = context;
    this.vertx = vertx;
    this.clock = clock;
    this.own = own;
    this.senders = destinations.stream().map(this::sender).toList();
  }

  /** In the order of the destinations. */
  List<EventSender> all() {
    return senders;
  }

  private EventSender sender(Destination destination) {
    Target target = destination.target();
    if (target instanceof Target.Webhook webhook) {
      return new WebhookClient(
          vertx, webhook, destination.concurrency(), destination.timeout(), clock);
    }
    BlockingSender.Attempt attempt;
    if (target instanceof Target.Endpoint endpoint) {
      attempt = new EndpointAttempt(context, destination.name(), endpoint.uri());
    } else {
      attempt = new TableAttempt(context, destination, (Target.Table) target, own);
    }
    ClassLoader loader =
        Optional.ofNullable(context.getApplicationContextClassLoader())
            .orElse(EventSenders.class.getClassLoader());
    return new BlockingSender(vertx, destination, loader, attempt);
  }

  @Override
  protected void doStart() {
    senders.forEach(EventSender::open);
  }

  @Override
  protected void doStop() {
    senders.forEach(EventSender::close);
  }
}
