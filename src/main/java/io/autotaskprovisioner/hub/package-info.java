/**
 * What an element token leads to: the resources of the instance's Autotask, read with its stored
 * login. Above instance, element and autotask, below the HTTP face.
 */
@NullMarked
package io.autotaskprovisioner.hub;

import org.jspecify.annotations.NullMarked;
