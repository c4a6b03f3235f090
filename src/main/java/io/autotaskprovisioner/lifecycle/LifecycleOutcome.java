package io.autotaskprovisioner.lifecycle;

import io.autotaskprovisioner.instance.Instance;

/**
 * How a change of an instance ended.
 *
 * @param instance as it is now; as it was, where it is gone or the change was overtaken
 */
public record LifecycleOutcome(Kind kind, Instance instance) {

  /** Whether it took place. */
  public enum Kind {
    /** It is stored, or there was nothing to change. */
    DONE,
    /** Somebody has removed the instance since it was read. */
    GONE,
    /**
     * Somebody changed the credentials since they were read, or the instance again and again:
     * nothing of this change was stored.
     */
    OVERTAKEN
  }
}
