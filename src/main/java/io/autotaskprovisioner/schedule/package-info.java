/**
 * What happens at its time rather than on arrival: the batch of files in the scheduled folder, and
 * the verification of stored instances. Quartz says when, on a store in our database; rows of runs
 * say what became of it.
 */
@NullMarked
package io.autotaskprovisioner.schedule;

import org.jspecify.annotations.NullMarked;
