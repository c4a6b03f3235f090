/** What tests of several packages stand on: real databases and a clock to move. */
@NullMarked
package io.autotaskprovisioner.support;

import org.jspecify.annotations.NullMarked;
