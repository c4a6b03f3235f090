/**
 * The message queue: the embedded broker or the way to an external one, the door that reads
 * requests from it, and the sending of replies.
 */
@NullMarked
package io.autotaskprovisioner.queue;

import org.jspecify.annotations.NullMarked;
