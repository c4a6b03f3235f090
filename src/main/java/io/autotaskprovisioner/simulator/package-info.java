/**
 * An Autotask over HTTP for the demo and for tests, of ours and of other clients: zones, logins and
 * lockout, limits, the finance entities with their query language, and broken answers on demand.
 *
 * <p>Each area has its class: {@code ZoneRoutes}, {@code Authentication} and {@code Lockouts},
 * {@code LimitRoutes}, {@code EntityRoutes} with {@code QueryRoutes} and {@code WriteRoutes},
 * {@code Faults}, and {@code ControlRoutes} for the switches. All state is in {@code World}. The
 * package imports none of ours.
 */
@NullMarked
package io.autotaskprovisioner.simulator;

import org.jspecify.annotations.NullMarked;
