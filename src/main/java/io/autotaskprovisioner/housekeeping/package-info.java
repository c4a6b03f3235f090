/**
 * What the routes of housekeeping need beside SQL: how long things are kept, how much was
 * forgotten, and files past their age.
 */
@NullMarked
package io.autotaskprovisioner.housekeeping;

import org.jspecify.annotations.NullMarked;
