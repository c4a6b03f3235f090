package io.autotaskprovisioner.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * A step of an API route that may finish on another thread. A failure, thrown or completed with,
 * becomes the exchange's exception without its wrapping.
 */
abstract class ApiStep extends AsyncProcessorSupport {

  /** Does the step's work on the exchange. */
  abstract CompletableFuture<?> run(Exchange exchange, ApiRequest request) throws Exception;

  @Override
  public final boolean process(Exchange exchange, AsyncCallback callback) {
    CompletableFuture<?> done;
    try {
      done = run(exchange, exchange.getProperty(ApiRequest.PROPERTY, ApiRequest.class));
    } catch (Exception e) {
      exchange.setException(e);
      callback.done(true);
      return true;
    }
    boolean sync = done.isDone();
    done.whenComplete(
        (result, failure) -> {
          if (failure != null) {
            exchange.setException(
                failure instanceof CompletionException ? failure.getCause() : failure);
          }
          callback.done(sync);
        });
    return sync;
  }
}
