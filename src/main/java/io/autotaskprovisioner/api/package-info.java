/**
 * The HTTP face: the asynchronous engine behind platform-http, the caller's authentication, error
 * bodies and paging headers.
 */
@NullMarked
package io.autotaskprovisioner.api;

import org.jspecify.annotations.NullMarked;
