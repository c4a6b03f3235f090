/**
 * What an operator does when something is stuck: bulk operations that run again, or give up, all
 * that matches a filter. Above journal and delivery, whose rows it moves; below the API and the
 * command line, which ask for it.
 */
@NullMarked
package io.autotaskprovisioner.recovery;

import org.jspecify.annotations.NullMarked;
