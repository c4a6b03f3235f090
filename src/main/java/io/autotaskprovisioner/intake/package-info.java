/**
 * The asynchronous doors: reads file, message and upload formats into provisioning requests for the
 * journal, masks what is archived and writes result files.
 */
@NullMarked
package io.autotaskprovisioner.intake;

import org.jspecify.annotations.NullMarked;
