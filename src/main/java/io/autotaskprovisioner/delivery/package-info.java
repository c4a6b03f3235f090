/**
 * What happens after an instance is stored: events, the outbox, destinations, signatures and the
 * retry schedule.
 */
@NullMarked
package io.autotaskprovisioner.delivery;

import org.jspecify.annotations.NullMarked;
