package io.autotaskprovisioner.hub;

import io.autotaskprovisioner.autotask.EntityQuery;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Which items of a resource the caller wants, by rising id. Immutable.
 *
 * <p>Our choice: a page has {@value #DEFAULT_SIZE} items unless the caller says otherwise; more
 * than {@value EntityQuery#MAX_SIZE}, Autotask's own limit, is refused rather than cut, since a
 * caller takes a short page for the last one. Autotask knows no offset, so that a numbered page
 * costs a call for every {@value EntityQuery#MAX_SIZE} items before it: no more than {@value
 * #MAX_SKIP} are passed over, and {@code nextPage} has no such limit.
 *
 * @param afterId the id behind which the page begins; null: with the first item
 * @param skip items to pass over
 * @param size items at most
 */
public record ItemPage(@Nullable Long afterId, int skip, int size) {

  static final int DEFAULT_SIZE = 200;
  static final int MAX_SKIP = 10_000;

  /**
   * Reads the three parameters; a blank one is absent. A token wins over a number.
   *
   * @param page from 1
   * @param nextPage a token of {@link #tokenBehind}; blank: the first page
   * @throws IllegalArgumentException with a sentence for the caller
   */
  public static ItemPage of(
      @Nullable String page, @Nullable String pageSize, @Nullable String nextPage) {
    int size = number("pageSize", pageSize, DEFAULT_SIZE, EntityQuery.MAX_SIZE);
    if (isGiven(nextPage)) {
      return new ItemPage(idOf(nextPage), 0, size);
    }
    long skip = (number("page", page, 1, Integer.MAX_VALUE) - 1L) * size;
    if (skip > MAX_SKIP) {
      throw new IllegalArgumentException(
          "page leads beyond item %d: go on with nextPage, the Elements-Next-Page-Token of the page before."
              .formatted(MAX_SKIP));
    }
    return new ItemPage(null, (int) skip, size);
  }

  /** The token of the page behind the given id; opaque to callers. */
  public static String tokenBehind(long id) {
    byte[] text = Long.toString(id).getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
  }

  private static long idOf(String token) {
    try {
      byte[] text = Base64.getUrlDecoder().decode(token);
      return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "nextPage must be the Elements-Next-Page-Token of an earlier answer.", e);
    }
  }

  private static int number(String name, @Nullable String text, int absent, int max) {
    if (!isGiven(text)) {
      return absent;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException ignored) {
      // told below, together with a number out of bounds
    }
    throw new IllegalArgumentException(
        "%s must be a number from 1%s."
            .formatted(name, max == Integer.MAX_VALUE ? "" : " to " + max));
  }

  private static boolean isGiven(@Nullable String text) {
    return text != null && !text.isBlank();
  }
}
