package io.autotaskprovisioner.api;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.ReadStream;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that is too large to be held: paused as it arrived, then passed on buffer
 * by buffer, the next one only when the one before is written. It travels as an exchange property.
 */
final class StreamedBody {

  /** The exchange property that holds it. */
  static final String PROPERTY = "streamedBody";

  /** Our choice: so long what a refused sender still sends is read, so that it sees the answer. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final RoutingContext call;
  private final HttpServerRequest request;
  private final Context eventLoop;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
  private boolean hasFile;
  private boolean fileEnded;
  private boolean formEnded;
  private boolean writing;

  /**
   * What a form says of its file.
   *
   * @param name empty or {@code -} where its sender knew none
   */
  record FormFile(String name, @Nullable String contentType) {}

  /** On the event loop of the request, whose body it pauses. */
  StreamedBody(RoutingContext call) {
    this.call = call;
    this.request = call.request();
    this.eventLoop = call.vertx().getOrCreateContext();
    request.pause();
  }

  /**
   * Passes the body on, or the one file of a form.
   *
   * @param sinks opens where a file goes to; given what a form says of it, null where the request
   *     itself is the file. Sinks may block and are called one after the other
   * @param blocking where they are called
   * @return complete when all of it is written; exceptionally where the sender broke off, was too
   *     slow or sent no file, or where a sink threw
   */
  CompletableFuture<Void> copy(
      Function<@Nullable FormFile, Consumer<Buffer>> sinks, Blocking blocking, Duration deadline) {
    eventLoop.runOnContext(
        start -> {
          long timer =
              call.vertx()
                  .setTimer(
                      deadline.toMillis(),
                      late ->
                          done.completeExceptionally(
                              new ApiException(408, "The body did not arrive in time.")));
          done.whenComplete((nothing, failure) -> call.vertx().cancelTimer(timer));
          try {
            begin(sinks, blocking);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done.handle((nothing, failure) -> failure).thenCompose(this::afterLastWrite);
  }

  /** A sink that is being called ends before anybody clears up behind it. */
  private CompletableFuture<Void> afterLastWrite(@Nullable Throwable failure) {
    CompletableFuture<Void> last = written.exceptionally(e -> null);
    return failure == null
        ? last
        : last.thenCompose(nothing -> CompletableFuture.failedFuture(failure));
  }

  private void begin(Function<@Nullable FormFile, Consumer<Buffer>> sinks, Blocking blocking) {
    request.exceptionHandler(
        e -> done.completeExceptionally(ApiException.badRequest("The body broke off.")));
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    if (MediaTypes.isMultipart(request)) {
      ClosingBoundary boundary = new ClosingBoundary(request.getHeader("Content-Type"));
      request.setExpectMultipart(true);
      request.uploadHandler(file -> file(file, sinks, blocking));
      request.handler(boundary::passed);
      request.endHandler(end -> formEnded(boundary));
    } else {
      pump(request, sinks.apply(null), blocking);
      request.endHandler(end -> ended());
    }
    request.resume();
  }

  private void file(
      HttpServerFileUpload file,
      Function<@Nullable FormFile, Consumer<Buffer>> sinks,
      Blocking blocking) {
    if (hasFile) {
      done.completeExceptionally(ApiException.badRequest("The form must hold one file, not more."));
      file.handler(ignored -> {});
      return;
    }
    hasFile = true;
    try {
      file.exceptionHandler(
          e -> done.completeExceptionally(ApiException.badRequest("The body broke off.")));
      file.endHandler(end -> fileEnded());
      pump(file, sinks.apply(new FormFile(file.filename(), file.contentType())), blocking);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
      file.handler(ignored -> {});
    }
  }

  private void fileEnded() {
    fileEnded = true;
    if (formEnded) {
      ended();
    }
  }

  /** Most of a file may still queue up behind the write under way: its own end counts as well. */
  private void formEnded(ClosingBoundary boundary) {
    formEnded = true;
    if (!boundary.wasSeen()) {
      refuseCutForm();
    } else if (!hasFile) {
      done.completeExceptionally(ApiException.badRequest("The form holds no file."));
    } else if (fileEnded) {
      ended();
    } else if (!writing) {
      requireMoreOfFile();
    }
  }

  /** Behind what the file still has queued up: a file that is then idle will never end. */
  private void requireMoreOfFile() {
    eventLoop.runOnContext(
        queued -> {
          if (!writing && !fileEnded) {
            refuseCutForm();
          }
        });
  }

  private void refuseCutForm() {
    done.completeExceptionally(
        ApiException.badRequest("The form was cut short: its closing boundary is missing."));
  }

  private void ended() {
    written.whenComplete(
        (nothing, failure) -> {
          if (failure == null) {
            done.complete(null);
          } else {
            done.completeExceptionally(failure);
          }
        });
  }

  private void pump(ReadStream<Buffer> from, Consumer<Buffer> sink, Blocking blocking) {
    from.handler(
        buffer -> {
          if (done.isDone()) {
            return;
          }
          from.pause();
          writing = true;
          written =
              written.thenCompose(
                  before ->
                      blocking.call(
                          () -> {
                            sink.accept(buffer);
                            return null;
                          }));
          written.whenComplete(
              (nothing, failure) ->
                  eventLoop.runOnContext(
                      next -> {
                        writing = false;
                        if (failure != null) {
                          done.completeExceptionally(failure);
                        }
                        from.resume();
                        if (formEnded) {
                          requireMoreOfFile();
                        }
                      }));
        });
  }

  /** The answer is out: what is still to come is of no use, and soon not read any more. */
  void abandon() {
    done.completeExceptionally(new ApiException(500, "Nobody waits for the body any more."));
    if (request.isEnded()) {
      return;
    }
    try {
      request.exceptionHandler(gone -> {});
      request.handler(ignored -> {});
      request.resume();
    } catch (IllegalStateException e) {
      return; // it has ended meanwhile
    }
    call.vertx().setTimer(LINGER.toMillis(), late -> closeUnlessEnded());
  }

  private void closeUnlessEnded() {
    if (!request.isEnded()) {
      request.connection().close();
    }
  }
}
