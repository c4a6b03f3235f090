/** The callers of the API: their secrets and the Authorization header that carries them. */
@NullMarked
package io.autotaskprovisioner.account;

import org.jspecify.annotations.NullMarked;
