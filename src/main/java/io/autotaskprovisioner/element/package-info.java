/**
 * The element catalogue: what is constant about each element, read from the data files under
 * elements/.
 */
@NullMarked
package io.autotaskprovisioner.element;

import org.jspecify.annotations.NullMarked;
