package io.autotaskprovisioner.api;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;

/**
 * Which page of a list the caller wants: keyset paging, so that the last page costs what the first
 * does.
 *
 * @param afterId the id behind which the page begins; 0 for the first
 * @param size rows, 1 to {@value #MAX_SIZE}
 */
record Page(long afterId, int size) {

  static final int MAX_SIZE = 500;

  /** The hosted service's default for its lists. */
  static final int DEFAULT_SIZE = 200;

  /** Our choice: when a sparse filter's page ends short, with the token of where to go on. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  static final String NEXT_PAGE_HEADER = "Elements-Next-Page-Token";
  static final String RETURNED_COUNT_HEADER = "Elements-Returned-Count";
  static final String TOTAL_COUNT_HEADER = "Elements-Total-Count";

  /**
   * Reads {@code pageSize} and {@code nextPage}; an empty token means the first page.
   *
   * @throws ApiException 400 for anything else than a size in bounds and a token of ours
   */
  static Page of(ApiRequest request) {
    int size =
        request.queryParameter("pageSize").map(text -> sizeOf(text, MAX_SIZE)).orElse(DEFAULT_SIZE);
    return new Page(afterId(request), size);
  }

  /**
   * The same for a short list: a larger page than its largest is that one.
   *
   * @param largest rows
   */
  static Page ofAtMost(ApiRequest request, int largest) {
    int size =
        request
            .queryParameter("pageSize")
            .map(text -> sizeOf(text, Integer.MAX_VALUE))
            .orElse(DEFAULT_SIZE);
    return new Page(afterId(request), Math.min(size, largest));
  }

  private static long afterId(ApiRequest request) {
    return request.queryParameter("nextPage").map(Page::idOf).orElse(0L);
  }

  /** The token of the page behind the given id; opaque to callers. */
  static String tokenBehind(long id) {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static int sizeOf(String text, int max) {
    try {
      int size = Integer.parseInt(text);
      if (size >= 1 && size <= max) {
        return size;
      }
    } catch (NumberFormatException ignored) {
      // told below, together with a number out of bounds
    }
    throw ApiException.badRequest("pageSize must be a number from 1 to " + max + ".");
  }

  private static long idOf(String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length == Long.BYTES) {
        return ByteBuffer.wrap(bytes).getLong();
      }
    } catch (IllegalArgumentException ignored) {
      // told below, together with a token of another length
    }
    throw ApiException.badRequest(
        "nextPage must be the " + NEXT_PAGE_HEADER + " of an earlier answer.");
  }
}
