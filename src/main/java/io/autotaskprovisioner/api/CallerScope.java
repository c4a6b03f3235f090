package io.autotaskprovisioner.api;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.recovery.FilterWords;
import io.autotaskprovisioner.recovery.InvalidFilterException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose rows a caller sees and runs again: a member its own, an administrator those of all accounts
 * or of the one that {@code account} names.
 */
final class CallerScope {

  private CallerScope() {}

  /**
   * The account whose rows are meant; null for those of all accounts.
   *
   * @throws ApiException 400 where {@code account} is no number, 403 where it is not the member's
   */
  static @Nullable Long account(ApiRequest request, Account caller) {
    String given = request.queryParameter("account").orElse(null);
    if (given == null) {
      return ofAny(caller);
    }
    long account;
    try {
      account = Long.parseLong(given.strip());
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("account must be the number of an account.");
    }
    if (!caller.isAdmin() && account != caller.id()) {
      throw new ApiException(403, "Only an administrator looks into other accounts.");
    }
    return account;
  }

  /** The same for one row that its id names. */
  static @Nullable Long ofAny(Account caller) {
    return caller.isAdmin() ? null : caller.id();
  }

  /** Whether the caller may see and change what is the account's. */
  static boolean includes(Account caller, long accountId) {
    return caller.isAdmin() || caller.id() == accountId;
  }

  /** The words of the request that belong to a filter; blank ones are left out. */
  static FilterWords words(ApiRequest request, List<String> names) {
    Map<String, String> words = new HashMap<>();
    names.forEach(
        name -> request.queryParameter(name).ifPresent(value -> words.put(name, value.strip())));
    return FilterWords.of(words);
  }

  /**
   * What the filter's reader makes of it.
   *
   * @throws ApiException 400 with the reader's sentence
   */
  static <T> T checked(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InvalidFilterException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }
}
