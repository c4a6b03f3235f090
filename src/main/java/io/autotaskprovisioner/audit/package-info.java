/** Who did what, when, to what and with what outcome: a table of administrative acts. */
@NullMarked
package io.autotaskprovisioner.audit;

import org.jspecify.annotations.NullMarked;
