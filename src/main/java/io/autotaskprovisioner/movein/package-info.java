/**
 * Moving in: takes over the instances of the hosted service with their ids and tokens, so that
 * their clients go on with another address. An import is a job in the database: it is checked
 * before it begins, then every login is proven, then all of it is stored or nothing.
 */
@NullMarked
package io.autotaskprovisioner.movein;

import org.jspecify.annotations.NullMarked;
