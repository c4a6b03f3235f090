package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.util.function.Consumer;

/**
 * Makes the attempts of one destination. Whatever the kind, claims, leases, the retry schedule and
 * isolation are those of the loop before it.
 */
interface EventSender {

  /**
   * Gets ready; reaches for nothing that may be away, so that no destination stops a start by being
   * down.
   *
   * @throws InvalidSettingException if the destination's settings can never work
   */
  default void open() {}

  /**
   * Makes one attempt, without blocking. Called on an event loop.
   *
   * @param ended called once, on the same event loop, within the destination's timeout
   */
  void send(Post post, Consumer<PostAnswer> ended);

  /** Gives up what it holds; nothing is sent any more. */
  void close();
}
