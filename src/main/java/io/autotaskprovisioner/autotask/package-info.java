/**
 * The Camel component that talks to Autotask: zone discovery, authenticated calls, call budget and
 * the reading of its errors. Imports no other package of this project.
 */
@NullMarked
package io.autotaskprovisioner.autotask;

import org.jspecify.annotations.NullMarked;
