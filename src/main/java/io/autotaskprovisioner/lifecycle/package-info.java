/**
 * What becomes of stored instances: changes of their name, tags and configuration, switches, and
 * their end. Each is one transaction with the event that tells of it.
 */
@NullMarked
package io.autotaskprovisioner.lifecycle;

import org.jspecify.annotations.NullMarked;
