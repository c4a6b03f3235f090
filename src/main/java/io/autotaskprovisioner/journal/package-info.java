/** Provisioning requests, their life in the journal, and the batches they came in. */
@NullMarked
package io.autotaskprovisioner.journal;

import org.jspecify.annotations.NullMarked;
