/**
 * Off the path of any answer: asks the Autotask of each new tenant for what the verification does
 * not tell, its product version and its own company. The work lies in the table {@code tenant}; the
 * calls are routes/enrich-tenant.camel.yaml.
 */
@NullMarked
package io.autotaskprovisioner.enrichment;

import org.jspecify.annotations.NullMarked;
