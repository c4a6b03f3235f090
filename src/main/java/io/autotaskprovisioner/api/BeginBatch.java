package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.api.ReceiveUpload.Received;
import io.autotaskprovisioner.intake.BatchSummary;
import io.autotaskprovisioner.intake.Uploads;
import io.autotaskprovisioner.journal.Batch;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;

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
    return blocking
        .call(() -> take(accountId, received))
        .thenCompose(
            answer -> {
              exchange.getMessage().setBody(answer);
              IdempotencyKeys.Reservation reservation =
                  exchange.getProperty(
                      ReserveIdempotencyKey.RESERVATION, IdempotencyKeys.Reservation.class);
              return reservation == null
                  ? CompletableFuture.completedFuture(true)
                  : keys.finish(reservation, answer);
            });
  }

  private ApiAnswer take(long accountId, Received received) {
    try {
      Batch batch = uploads.take(accountId, received.spool(), received.checksum());
      ObjectNode json = BatchSummary.json(batch, Map.of(), 0, clock.instant());
      ApiAnswer shown = answers.ok(json);
      return new ApiAnswer(202, Map.of("Location", "/batches/" + batch.id()), shown.body());
    } catch (RuntimeException e) {
      throw ReceiveUpload.refusal(e);
    }
  }
}
