/**
 * The command line of the program: talks to the running server through its API, and to the database
 * itself only where none runs. Nothing of it is loaded when the program starts as a server.
 */
@NullMarked
package io.autotaskprovisioner.command;

import org.jspecify.annotations.NullMarked;
