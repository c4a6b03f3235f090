package io.autotaskprovisioner.api;

import io.autotaskprovisioner.intake.Spool;
import io.autotaskprovisioner.intake.UploadRefusedException;
import io.autotaskprovisioner.intake.Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step that spools an uploaded file and looks whether it can be read. What the request is known
 * by from then on, for an {@code Idempotency-Key}, is the file's name and checksum. Whatever ends
 * the exchange before the upload is taken in leaves nothing behind. Thread-safe.
 */
final class ReceiveUpload extends ApiStep {

  /** The exchange property that holds the {@link Received} upload. */
  static final String RECEIVED = "receivedUpload";

  private static final Logger LOG = LoggerFactory.getLogger(ReceiveUpload.class);

  /** An upload that is on the disk whole and can be read. */
  record Received(Spool spool, String checksum) {}

  private final Uploads uploads;
  private final Blocking blocking;
  private final Duration deadline;
  private final Semaphore places;

  ReceiveUpload(Uploads uploads, Blocking blocking, Duration deadline, int maxConcurrent) {
    this.uploads = uploads;
    this.blocking = blocking;
    this.deadline = deadline;
    this.places = new Semaphore(maxConcurrent);
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    request
        .header("Content-Encoding")
        .filter(encoding -> !encoding.equalsIgnoreCase("identity"))
        .ifPresent(
            encoding -> {
              throw new ApiException(415, "The file must be sent without Content-Encoding.");
            });
    if (!places.tryAcquire()) {
      throw ApiException.busy("Too many files are being uploaded; send it again shortly.");
    }
    AtomicReference<@Nullable Spool> spool = new AtomicReference<>();
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange ended) {
                places.release();
                // On that pool, and so behind a write that may still be under way.
                blocking.call(() -> close(spool.get()));
              }
            });
    StreamedBody body = exchange.getProperty(StreamedBody.PROPERTY, StreamedBody.class);
    return body.copy(
            file -> {
              UploadName name = UploadName.of(request, file);
              AtomicReference<@Nullable Spool> opened = spool;
              return buffer -> {
                if (opened.get() == null) {
                  opened.set(uploads.begin(name.name(), name.format(), announced(request)));
                }
                opened.get().write(buffer.getByteBuf().nioBuffer());
              };
            },
            blocking,
            deadline)
        .thenCompose(all -> blocking.call(() -> received(exchange, request, spool.get())))
        .exceptionally(
            failure -> {
              throw refusal(failure);
            });
  }

  private Void received(Exchange exchange, ApiRequest request, @Nullable Spool spool) {
    if (spool == null) {
      throw ApiException.badRequest("The file is empty.");
    }
    String checksum = uploads.check(spool);
    exchange.setProperty(RECEIVED, new Received(spool, checksum));
    exchange.setProperty(
        ApiRequest.PROPERTY,
        request.withBody((spool.name() + "\n" + checksum).getBytes(StandardCharsets.UTF_8)));
    return null;
  }

  private static long announced(ApiRequest request) {
    try {
      return request.header("Content-Length").map(Long::parseLong).orElse(0L);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Void close(@Nullable Spool spool) {
    try {
      if (spool != null) {
        spool.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return null;
  }

  /** What was refused in the words of the door, as status codes. */
  static RuntimeException refusal(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof UploadRefusedException refused) {
      if (refused.getCause() != null) {
        LOG.error("An upload could not be stored: {}", refused.getCause().toString());
      }
      return new ApiException(statusCode(refused.reason()), refused.getMessage());
    }
    return cause instanceof RuntimeException known ? known : new CompletionException(cause);
  }

  private static int statusCode(UploadRefusedException.Reason reason) {
    return switch (reason) {
      case TOO_LARGE -> 413;
      case NO_ROOM -> 507;
      case UNREADABLE -> 400;
    };
  }
}
