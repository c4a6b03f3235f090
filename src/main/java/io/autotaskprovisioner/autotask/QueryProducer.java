package io.autotaskprovisioner.autotask;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Reads the rows that the {@link EntityQuery} in the body asks for. */
final class QueryProducer extends AskProducer<EntityRows> {

  private final AutotaskEndpoint endpoint;
  private @Nullable EntityQueries queries;

  QueryProducer(AutotaskEndpoint endpoint) {
    super(endpoint, "autotask.query", "Time that reading rows at Autotask took, waiting included");
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    queries = endpoint.queries();
  }

  @Override
  CompletableFuture<EntityRows> ask(Exchange exchange, Instant deadline) throws Exception {
    return queries.find(exchange.getMessage().getMandatoryBody(EntityQuery.class), deadline);
  }
}
