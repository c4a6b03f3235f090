package io.autotaskprovisioner.delivery;

import java.util.Map;
import java.util.function.Function;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** A component whose producers fail as the test says, when they start or when they send. */
final class FailingComponent extends DefaultComponent {

  private final Function<Exchange, Exception> failure;
  private volatile boolean startRefused;

  /**
   * @param failure of one message; null where it is taken
   */
  FailingComponent(Function<Exchange, Exception> failure) {
    this.failure = failure;
  }

  void refuseStart(boolean refused) {
    startRefused = refused;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String rest, Map<String, Object> parameters) {
    parameters.clear();
    return new DefaultEndpoint(uri, this) {
      @Override
      public Producer createProducer() {
        return new DefaultProducer(this) {
          @Override
          protected void doStart() {
            if (startRefused) {
              throw new IllegalStateException("The broker is away");
            }
          }

          @Override
          public void process(Exchange exchange) throws Exception {
            Exception thrown = failure.apply(exchange);
            if (thrown != null) {
              throw thrown;
            }
          }
        };
      }

      @Override
      public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("Sends only");
      }
    };
  }
}
