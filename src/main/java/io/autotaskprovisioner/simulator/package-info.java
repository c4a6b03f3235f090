/** An Autotask over HTTP for the demo and for tests. */
@NullMarked
package io.autotaskprovisioner.simulator;

import org.jspecify.annotations.NullMarked;
