package io.autotaskprovisioner.simulator;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The logins: a few with readable names, those put in at run time (100,000 at most), and one per
 * customer by pattern, computed and not stored: {@code user-<n>@customer-<n>.example} with the
 * secret {@code secret-<n>}, n from 1 to 1,000,000. Thread-safe.
 */
final class Users {

  static final int MAX_STORED = 100_000;
  static final int MAX_PATTERN = 1_000_000;
  private static final int FIRST_PATTERN_CI = 100_000;
  private static final Pattern BY_NUMBER =
      Pattern.compile("user-([1-9]\\d{0,6})@customer-([1-9]\\d{0,6})\\.example");

  private static final List<SimulatedUser> DEMO =
      List.of(
          new SimulatedUser(
              "api.user@acme.example", "acme-api-secret", 20264, "Acme Managed Services"),
          new SimulatedUser(
              "api.billing@acme.example", "acme-billing-secret", 20264, "Acme Managed Services"),
          new SimulatedUser(
              "api.user@globex.example", "globex-api-secret", 20265, "Globex Corporation"),
          new SimulatedUser(
                  "api.user@initech.example", "initech-api-secret", 20266, "Initech Systems")
              .inZone(14),
          new SimulatedUser(
                  "api.readonly@umbrella.example",
                  "umbrella-api-secret",
                  20267,
                  "Umbrella IT Services")
              .without("ThresholdInformation", "Companies", "Invoices", "BillingItems"),
          new SimulatedUser(
                  "api.retired@hooli.example", "hooli-api-secret", 20268, "Hooli Networks")
              .inactive(),
          new SimulatedUser(
              "jane.doe@acme.example",
              "jane-doe-secret",
              20264,
              0,
              true,
              false,
              "Acme Managed Services",
              java.util.Set.of()));

  private final Map<String, SimulatedUser> stored = new ConcurrentSkipListMap<>();

  Users() {
    reset();
  }

  void reset() {
    stored.clear();
    DEMO.forEach(this::put);
  }

  /** Adds or replaces a user; one of the pattern too. */
  void put(SimulatedUser user) {
    String key = key(user.login());
    if (stored.size() >= MAX_STORED && !stored.containsKey(key)) {
      throw new IllegalArgumentException(
          "%d users are stored, which is the most; remove some".formatted(MAX_STORED));
    }
    stored.put(key, user);
  }

  /** Removes a stored user; one of the pattern is then as it was at the start. */
  boolean remove(String login) {
    return stored.remove(key(login)) != null;
  }

  Optional<SimulatedUser> find(String login) {
    String key = key(login);
    SimulatedUser user = stored.get(key);
    return user != null ? Optional.of(user) : byNumber(key);
  }

  Collection<SimulatedUser> stored() {
    return stored.values();
  }

  private static Optional<SimulatedUser> byNumber(String login) {
    Matcher matcher = BY_NUMBER.matcher(login);
    if (!matcher.matches() || !matcher.group(1).equals(matcher.group(2))) {
      return Optional.empty();
    }
    int n = Integer.parseInt(matcher.group(1));
    return n > MAX_PATTERN
        ? Optional.empty()
        : Optional.of(
            new SimulatedUser(login, "secret-" + n, FIRST_PATTERN_CI + n, "Customer " + n));
  }

  static String key(String login) {
    return login.strip().toLowerCase(Locale.ROOT);
  }
}
