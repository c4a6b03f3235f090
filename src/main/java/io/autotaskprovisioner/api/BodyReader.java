package io.autotaskprovisioner.api;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads bodies into memory, where all of them together take so much and no more, since they are
 * read before anybody knows who sends them. What arrived counts, not what was announced: whoever
 * announces much and sends little keeps nobody out. Thread-safe.
 */
final class BodyReader {

  /**
   * Our choice: what each may bring without counting, more than a provisioning request has as a
   * rule, so that large bodies do not keep these out. The bound on connections bounds it.
   */
  static final int FREE = 16_384;

  private static final String BODY = "bodyInMemory";
  private static final byte[] NONE = {};

  private final AtomicLong room;

  /**
   * @param memory bytes beyond the free ones of each
   */
  BodyReader(long memory) {
    this.room = new AtomicLong(memory);
  }

  /** The body that was read; of no bytes where there is none. */
  static byte[] bodyOf(RoutingContext call) {
    Buffer body = call.get(BODY);
    return body == null ? NONE : body.getBytes();
  }

  /** Passes the call on when its body is there, on its event loop, or fails it. */
  void read(RoutingContext call, long limit) {
    HttpServerRequest request = call.request();
    String expectation = request.getHeader("Expect");
    if (announced(request) > limit) {
      call.fail(413);
    } else if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
      call.fail(new ApiException(417, "Of expectations only 100-continue can be met."));
    } else {
      if (expectation != null && request.version() != HttpVersion.HTTP_1_0) {
        request.response().writeContinue();
      }
      new Reading(call, limit).begin();
    }
  }

  private static long announced(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      // The server has refused what is no number; this one is longer than any limit.
      return Long.MAX_VALUE;
    }
  }

  private boolean take(long bytes) {
    if (room.addAndGet(-bytes) >= 0) {
      return true;
    }
    room.addAndGet(bytes);
    return false;
  }

  /** One body; used on one event loop. */
  private final class Reading {

    private final RoutingContext call;
    private final long limit;
    private final Buffer body = Buffer.buffer();
    private long taken;
    private boolean over;

    Reading(RoutingContext call, long limit) {
      this.call = call;
      this.limit = limit;
    }

    void begin() {
      call.addEndHandler(
          ended -> {
            over = true;
            room.addAndGet(taken);
          });
      call.request()
          .exceptionHandler(this::brokeOff)
          .handler(this::add)
          .endHandler(end -> passOn())
          .resume();
    }

    private void add(Buffer piece) {
      if (over) {
        return;
      }
      long size = (long) body.length() + piece.length();
      long needed = Math.max(0, size - FREE) - taken;
      if (size > limit) {
        over = true;
        call.fail(413);
      } else if (needed > 0 && !take(needed)) {
        over = true;
        call.fail(ApiException.busy("Too many large bodies at once; send it again shortly."));
      } else {
        taken += Math.max(0, needed);
        body.appendBuffer(piece);
      }
    }

    private void brokeOff(Throwable failure) {
      if (!over) {
        over = true;
        call.fail(failure instanceof DecoderException ? 400 : 500, failure);
      }
    }

    private void passOn() {
      if (!over) {
        call.put(BODY, body);
        call.next();
      }
    }
  }
}
