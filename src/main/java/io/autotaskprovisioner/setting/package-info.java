/**
 * The settings of application.properties, read with their types and checked before anything starts.
 */
@NullMarked
package io.autotaskprovisioner.setting;

import org.jspecify.annotations.NullMarked;
