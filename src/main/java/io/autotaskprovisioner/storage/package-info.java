/**
 * The database: data source, migrations, id blocks, transactions and group commit. The only package
 * that knows which database product it is.
 */
@NullMarked
package io.autotaskprovisioner.storage;

import org.jspecify.annotations.NullMarked;
