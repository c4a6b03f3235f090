package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.autotask.AutotaskEndpoint;

/** Names of the exchange properties that callers of {@code direct:provisioning} set or read. */
public final class ProvisioningProperties {

  /** A {@code journal.ClaimedRequest}, where the request comes from the journal. */
  public static final String CLAIM = "claim";

  /**
   * A {@code java.time.Instant}: when the caller stops waiting; calls to Autotask end before it.
   */
  public static final String DEADLINE = AutotaskEndpoint.DEADLINE;

  /** The {@code element.Element} of the request, from validation on. */
  public static final String ELEMENT = "element";

  /** The name of the route {@code direct:verify-<name>}, from the element's data file. */
  public static final String VERIFICATION = "verification";

  /** An {@code instance.CommitFence} that takes part in the storing transaction; may be absent. */
  public static final String COMMIT_FENCE = "commitFence";

  /** {@code Boolean.TRUE} where the request's key had already made the instance in the body. */
  public static final String EXISTING = "existing";

  /**
   * What a route that verifies by plain {@code http} steps calls below the server URL, a constant
   * that begins with a slash.
   */
  public static final String PROVIDER_PATH = "providerPath";

  /** The request's integration code, for such a route's headers; may be absent. */
  public static final String PROVIDER_CODE = "providerCode";

  /**
   * {@code true} where the credentials in the body are those of a stored instance that is valid.
   */
  public static final String ACCEPTED_BEFORE = "acceptedBefore";

  private ProvisioningProperties() {}
}
