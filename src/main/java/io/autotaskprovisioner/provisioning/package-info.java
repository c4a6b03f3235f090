/**
 * The one job: validates a request, has its credentials verified, translates the outcome to an
 * instance and stores it. Also the worker that feeds it from the journal.
 */
@NullMarked
package io.autotaskprovisioner.provisioning;

import org.jspecify.annotations.NullMarked;
