package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.delivery.DestinationDepth;
import io.autotaskprovisioner.delivery.DestinationEntry;
import io.autotaskprovisioner.intake.BatchSummary;
import io.autotaskprovisioner.intake.RecentRates;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.journal.ReplyFilter;
import io.autotaskprovisioner.journal.ReplyFilter.ReplyStatus;
import io.autotaskprovisioner.provisioning.JdbcLoginGuard;
import io.autotaskprovisioner.recovery.OperationStatus;
import io.autotaskprovisioner.recovery.Operations;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.camel.spi.Registry;

/**
 * All that an operator asks first, over all accounts, in one answer: readiness, how much waits and
 * failed, batches, destinations, suspended codes. For administrators. Thread-safe.
 */
final class StatusOperations {

  /** Our choice: what fits a screen. */
  private static final int UNFINISHED_BATCHES = 20;

  private static final int LATEST_BATCHES = 5;
  private static final int OPERATIONS = 10;
  private static final long COUNTED = 10_000;
  private static final ReplyFilter REFUSED =
      new ReplyFilter(null, ReplyStatus.REFUSED, null, null, null);

  private final Journal journal;
  private final Batches batches;
  private final Deliveries deliveries;
  private final Replies replies;
  private final Operations operations;
  private final JdbcLoginGuard guard;
  private final Clock clock;
  private final RecentRates rates;
  private final InstanceAnswers answers;
  private final Blocking blocking;
  private final Supplier<ObjectNode> process;

  /**
   * Takes what it asks out of the registry.
   *
   * @param process says whether the server runs and is ready: the fields the answer begins with
   */
  StatusOperations(
      Registry registry, InstanceAnswers answers, Blocking blocking, Supplier<ObjectNode> process) {
    this.journal = registry.findSingleByType(Journal.class);
    this.batches = registry.findSingleByType(Batches.class);
    this.deliveries = registry.findSingleByType(Deliveries.class);
    this.replies = registry.findSingleByType(Replies.class);
    this.operations = registry.findSingleByType(Operations.class);
    this.guard = registry.findSingleByType(JdbcLoginGuard.class);
    this.clock = registry.findSingleByType(Clock.class);
    this.rates = new RecentRates(clock);
    this.answers = answers;
    this.blocking = blocking;
    this.process = process;
  }

  CompletableFuture<ApiAnswer> get(ApiRequest request, Account caller) {
    AuthenticateCaller.requireAdmin(caller);
    return blocking.call(() -> answers.ok(json()));
  }

  private ObjectNode json() {
    ObjectNode json = process.get();
    Journal.Depth depth = journal.depth();
    json.putObject("requests")
        .put("waiting", depth.waiting())
        .put("running", depth.running())
        .put("failed", depth.failed())
        .put("oldestDueSeconds", depth.oldestDueSeconds());
    json.put("refusedReplies", replies.count(REFUSED, COUNTED));
    ArrayNode running = json.putArray("operations");
    operations
        .list(null, OperationStatus.RUNNING, 0, OPERATIONS)
        .rows()
        .forEach(operation -> running.add(OperationJson.of(operation)));
    ArrayNode shown = json.putArray("batches");
    batchesOfInterest()
        .forEach(
            batch ->
                shown.add(
                    BatchSummary.json(
                        batch,
                        batches.failures(batch.id()),
                        rates.perSecond(batch),
                        clock.instant())));
    ArrayNode destinations = json.putArray("destinations");
    Map<String, DestinationDepth> depths = deliveries.depths();
    deliveries
        .destinations()
        .forEach(entry -> destinations.add(json(entry, depths.get(entry.name()))));
    ArrayNode codes = json.putArray("suspendedCodes");
    guard.suspended().forEach(code -> codes.add(VerificationOperations.json(code, journal)));
    return json;
  }

  /** Those that are not finished, and the newest of the others. */
  private List<Batch> batchesOfInterest() {
    List<Batch> shown = new ArrayList<>();
    for (BatchStatus status : List.of(BatchStatus.READING, BatchStatus.RUNNING)) {
      shown.addAll(batches.list(null, status, 0, UNFINISHED_BATCHES));
    }
    List<Long> ids = shown.stream().map(Batch::id).toList();
    batches.latest(LATEST_BATCHES).stream()
        .filter(batch -> !ids.contains(batch.id()))
        .forEach(shown::add);
    return shown;
  }

  private static ObjectNode json(DestinationEntry entry, DestinationDepth depth) {
    return DestinationOperations.json(entry)
        .put("pending", depth.pending())
        .put("sending", depth.sending())
        .put("exhausted", depth.exhausted())
        .put("oldestDueSeconds", depth.oldestDueSeconds());
  }
}
