package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.instance.Instance;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

/** One operation on an instance that an earlier step found, by its id or by its token. */
@FunctionalInterface
interface InstanceOperation {

  /** Completes with the answer, or with an exception that {@link ApiErrors} reads. */
  CompletableFuture<ApiAnswer> answer(ApiRequest request, Account caller, Instance instance);

  /** The operation as the step of a route. */
  default ApiStep asStep() {
    return new ApiStep() {
      @Override
      CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
        return answer(
                request,
                AuthenticateCaller.callerOf(exchange),
                AuthenticateToken.instanceOf(exchange))
            .thenAccept(answer -> exchange.getMessage().setBody(answer));
      }
    };
  }
}
