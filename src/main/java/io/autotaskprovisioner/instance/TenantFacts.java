package io.autotaskprovisioner.instance;

import org.jspecify.annotations.Nullable;

/**
 * What a tenant's Autotask said beyond the verification, and what it would not say. Immutable.
 *
 * @param versionAnswer null until it was asked
 * @param productVersion null unless it was given
 * @param companyAnswer null until it was asked
 * @param companyName the tenant's own company; null unless it was given
 */
public record TenantFacts(
    @Nullable Answer versionAnswer,
    @Nullable String productVersion,
    @Nullable Answer companyAnswer,
    @Nullable String companyName) {

  /** How a question ended; none of the three is asked again. */
  public enum Answer {
    GIVEN,
    /** The API user's security level does not allow the call. */
    NOT_PERMITTED,
    /** A business error, or an answer without the fact. */
    REFUSED
  }

  public static final TenantFacts NONE = new TenantFacts(null, null, null, null);

  private static final int MAX_VERSION = 100;
  private static final int MAX_COMPANY = 400;

  public TenantFacts {
    productVersion = shortened(productVersion, MAX_VERSION);
    companyName = shortened(companyName, MAX_COMPANY);
  }

  public TenantFacts withVersion(Answer answer, @Nullable String version) {
    return new TenantFacts(answer, version, companyAnswer, companyName);
  }

  public TenantFacts withCompany(Answer answer, @Nullable String name) {
    return new TenantFacts(versionAnswer, productVersion, answer, name);
  }

  private static @Nullable String shortened(@Nullable String text, int length) {
    return text == null || text.length() <= length ? text : text.substring(0, length);
  }
}
