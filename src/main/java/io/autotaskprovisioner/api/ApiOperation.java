package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/** One operation of the API that needs nothing but the request and its caller. */
@FunctionalInterface
interface ApiOperation {

  /** Completes with the answer, or with an exception that {@link ApiErrors} reads. */
  CompletableFuture<ApiAnswer> answer(ApiRequest request, Account caller);

  /** The operation as the step of a route. */
  default ApiStep asStep() {
    return new ApiStep() {
      @Override
      CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
        return answer(request, AuthenticateCaller.callerOf(exchange))
            .thenAccept(answer -> exchange.getMessage().setBody(answer));
      }
    };
  }
}
