package io.autotaskprovisioner.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * Something that happened to an instance, in the past tense.
 *
 * @param type such as {@code autotask.instance.provisioned}
 * @param data the event's payload, {@code {instance, autotask}}; holds no secret and no token
 */
public record InstanceEvent(
    long id, String type, long accountId, long instanceId, Instant occurredAt, JsonNode data) {

  public static final String PROVISIONED = "autotask.instance.provisioned";

  /** Its login was accepted so far, and is rejected now. */
  public static final String INVALIDATED = "autotask.instance.invalidated";

  /** Its login was rejected, and is accepted again. */
  public static final String VALIDATED = "autotask.instance.validated";

  /** Its name, tags or configuration, or its trace logging, were changed. */
  public static final String UPDATED = "autotask.instance.updated";

  /** It was disabled: it stays, and is left alone. */
  public static final String DISABLED = "autotask.instance.disabled";

  /** It was disabled, and is enabled again. */
  public static final String ENABLED = "autotask.instance.enabled";

  /** It is gone, and its token with it; the data show it as it was. */
  public static final String DELETED = "autotask.instance.deleted";
}
