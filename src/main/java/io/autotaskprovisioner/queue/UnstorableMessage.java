package io.autotaskprovisioner.queue;

import io.autotaskprovisioner.storage.StorageException;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.util.ObjectHelper;

/** Whether the database is there and refuses what the message says. Thread-safe. */
final class UnstorableMessage implements Predicate {

  @Override
  public boolean matches(Exchange exchange) {
    Exception failure = exchange.getException();
    if (failure == null) {
      failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }
    StorageException refusal =
        failure == null ? null : ObjectHelper.getException(StorageException.class, failure);
    return refusal != null && refusal.dataRefused();
  }
}
