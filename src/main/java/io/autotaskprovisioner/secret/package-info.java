/**
 * The key ring that seals secrets at rest, and the mask that stands for a secret everywhere else.
 */
@NullMarked
package io.autotaskprovisioner.secret;

import org.jspecify.annotations.NullMarked;
