package io.autotaskprovisioner.api;

import io.autotaskprovisioner.api.ReceiveUpload.Received;
import io.autotaskprovisioner.intake.BatchSummary;
import io.autotaskprovisioner.intake.Uploads;
import io.autotaskprovisioner.journal.Batch;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The step that takes a received upload in and answers 202 with its batch. Thread-safe.
 *
 * <p>Our choice: it answers as soon as file and batch are durable, not when the rows are in the
 * journal. A kill right behind the answer loses nothing, since the file is read on after the next
 * start, and no proxy's timeout limits the size of a file.
 */
final class BeginBatch extends ApiStep {

  private final Uploads uploads;
  private final IdempotencyKeys keys;
  private final InstanceAnswers answers;
  private final Clock clock;
  private final Blocking blocking;

  BeginBatch(
      Uploads uploads,
      IdempotencyKeys keys,
      InstanceAnswers answers,
      Clock clock,
      Blocking blocking) {
    this.uploads = uploads;
    this.keys = keys;
    this.answers = answers;
    this.clock = clock;
    this.blocking = blocking;
  }

  @Override
  CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
    Received received = exchange.getProperty(ReceiveUpload.RECEIVED, Received.class);
    long accountId = AuthenticateCaller.callerOf(exchange).id();
    IdempotencyKeys.Reservation reservation =
        exchange.getProperty(ReserveIdempotencyKey.RESERVATION, IdempotencyKeys.Reservation.class);
    return blocking
        .call(() -> take(accountId, received, reservation))
        .thenAccept(answer -> exchange.getMessage().setBody(answer));
  }

  /** The answer is kept in the transaction that begins the batch: a repeat never begins another. */
  private ApiAnswer take(
      long accountId, Received received, IdempotencyKeys.@Nullable Reservation reservation) {
    try {
      Batch begun =
          uploads.take(
              accountId,
              received.spool(),
              received.checksum(),
              (connection, batch) -> {
                if (reservation != null && !keys.finish(connection, reservation, answer(batch))) {
                  throw IdempotencyKeys.stillRunning();
                }
              });
      return answer(begun);
    } catch (RuntimeException e) {
      throw ReceiveUpload.refusal(e);
    }
  }

  private ApiAnswer answer(Batch batch) {
    ApiAnswer shown = answers.ok(BatchSummary.json(batch, Map.of(), 0, clock.instant()));
    return new ApiAnswer(202, Map.of("Location", "/batches/" + batch.id()), shown.body());
  }
}
