/**
 * How fast the program is, beside a floor: a server written by hand for the one job, with the same
 * answer, the same rows and the same durability, on a database of the same kind, in the same run.
 */
@NullMarked
package io.autotaskprovisioner.bench;

import org.jspecify.annotations.NullMarked;
