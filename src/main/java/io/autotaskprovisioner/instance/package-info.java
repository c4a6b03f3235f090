/** Element instances: their JSON as Cloud Elements showed it, their rows and their lifecycle. */
@NullMarked
package io.autotaskprovisioner.instance;

import org.jspecify.annotations.NullMarked;
