package io.autotaskprovisioner.enrichment;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.autotaskprovisioner.autotask.HttpAccess;
import io.autotaskprovisioner.instance.TenantFacts;
import io.autotaskprovisioner.instance.TenantFacts.Answer;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Turns the task in the body into one call to its tenant, once that may go out. Thread-safe. */
final class AskTenant implements Processor {

  /** How long a call waits for its turn; what is then still busy is asked later. Our choice. */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpAccess access;
  private final String target;
  private final Function<TenantFacts, @Nullable Answer> known;
  private final Clock clock;

  /**
   * @param target below the zone's REST base, such as {@code /V1.0/Version}
   * @param known what an earlier attempt learnt: then there is nothing to ask
   */
  AskTenant(
      HttpAccess access,
      String target,
      Function<TenantFacts, @Nullable Answer> known,
      Clock clock) {
    this.access = access;
    this.target = target;
    this.known = known;
    this.clock = clock;
  }

  @Override
  public void process(Exchange exchange) {
    TenantTask task = exchange.getMessage().getBody(TenantTask.class);
    if (known.apply(task.facts()) != null) {
      exchange.setRouteStop(true);
      return;
    }
    if (task.login() == null) {
      throw new AutotaskException(
          Kind.INVALID_LOGIN, "The tenant has no valid instance to ask with.", null, null);
    }
    access
        .enter(
            task.login(), task.zoneUrl(), target, task.databaseId(), clock.instant().plus(PATIENCE))
        .writeTo(exchange);
  }
}
