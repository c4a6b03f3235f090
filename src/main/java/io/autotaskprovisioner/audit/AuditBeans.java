package io.autotaskprovisioner.audit;

import io.autotaskprovisioner.storage.Database;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;

/** Binds the audit table as {@code auditTrail}. */
public final class AuditBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Database database = context.getRegistry().findSingleByType(Database.class);
    context.getRegistry().bind("auditTrail", new AuditTrail(database));
  }
}
