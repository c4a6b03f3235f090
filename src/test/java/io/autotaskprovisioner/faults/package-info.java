/**
 * The fault suite: unique requests through every door, a history of what was acknowledged, faults
 * drawn from a seed, and a checker once everything is healed, after the manner of Jepsen.
 */
@NullMarked
package io.autotaskprovisioner.faults;

import org.jspecify.annotations.NullMarked;
