package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.LeaseLostException;
import io.autotaskprovisioner.journal.ResultLeases;
import io.autotaskprovisioner.setting.OwnerOnly;
import io.autotaskprovisioner.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes, for every batch, {@code NAME.summary.json} while it runs, and {@code NAME.failed.csv} and
 * {@code NAME.succeeded.ndjson} once each request was tried and when the batch is over. Finishes
 * batches in which nothing waits any more.
 *
 * <p>Runs in a thread of its own. What cannot be written is tried again at the next turn and never
 * holds up the provisioning. Of the nodes that share the folder one writes for a batch; when it
 * dies another makes the files anew from the database.
 */
public final class ResultFiles extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(ResultFiles.class);

  private final SharedFolder folder;
  private final String process;
  private final ResultLeases leases;
  private final Duration refreshInterval;
  private final Journal journal;
  private final Batches batches;
  private final FailedRows failedRows;
  private final SucceededLines succeededLines;
  private final AbandonedReadings abandonedReadings;
  private final RecentRates rates;
  private final Clock clock;
  private final Map<Long, BatchFiles> open = new LinkedHashMap<>();

  /** Whose earlier writers are not kept off yet. */
  private final Set<Long> overtaken = new LinkedHashSet<>();

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "result-files");
            thread.setDaemon(true);
            return thread;
          });
  private boolean failing;

  /** What the last take-over took is not known: its answer did not come. */
  private boolean unsure;

  ResultFiles(
      SharedFolder folder,
      String process,
      ResultLeases leases,
      AbandonedReadings abandonedReadings,
      Duration refreshInterval,
      Journal journal,
      Batches batches,
      ElementCatalogue catalogue,
      SucceededLines succeededLines,
      RecentRates rates,
      Clock clock) {
    this.folder = folder;
    this.process = process;
    this.leases = leases;
    this.abandonedReadings = abandonedReadings;
    this.refreshInterval = refreshInterval;
    this.journal = journal;
    this.batches = batches;
    this.failedRows = new FailedRows(journal, catalogue);
    this.succeededLines = succeededLines;
    this.rates = rates;
    this.clock = clock;
  }

  @Override
  protected void doStart() {
    long millis = Math.max(1, refreshInterval.toMillis());
    executor.scheduleWithFixedDelay(this::refresh, millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void doStop() throws InterruptedException {
    // not shutdownNow: an interrupt inside JDBC would close an H2 database for everybody
    executor.shutdown();
    if (executor.awaitTermination(10, TimeUnit.SECONDS)) {
      leaveToOthers();
    } else {
      LOG.warn("Result files are still being written and are left unfinished");
    }
  }

  private void leaveToOthers() {
    try {
      leases.leave();
    } catch (StorageException e) {
      LOG.debug("Others write the result files once the leases have ended", e);
    }
  }

  /** One turn over all batches that are not over. */
  void refresh() {
    List<Step> steps = new ArrayList<>();
    steps.add(() -> OwnerOnly.createFolder(folder.path()));
    steps.add(abandonedReadings::end);
    steps.add(this::take);
    boolean failed = runAll(steps);
    failed |= runAll(updates());
    failed |= runAll(List.of(() -> batches.finishDone().forEach(this::finished), this::take));
    failed |= runAll(updates());
    if (failing && !failed) {
      LOG.info("Result files can be written again");
    }
    failing = failed;
  }

  /** Each step is tried, whatever became of the others; answers whether one failed. */
  private boolean runAll(List<Step> steps) {
    boolean failed = false;
    for (Step step : steps) {
      try {
        step.run();
      } catch (LeaseLostException e) {
        LOG.info("{}", e.getMessage());
      } catch (IOException | RuntimeException e) {
        failed = true;
        tell(e);
      }
    }
    return failed;
  }

  private void update(long id) throws IOException {
    Optional<Batch> batch = batches.find(id);
    if (batch.isEmpty()) {
      open.remove(id);
    } else if (open.get(id).update(batch.get()) && batch.get().finishedAt() != null) {
      leases.written(batch.get());
      open.remove(id);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** From now on this process writes for the batches that nobody else does. */
  private void take() throws IOException {
    String folderId = folder.id();
    boolean unsureBefore = unsure;
    unsure = true;
    ResultLeases.Taken taken = leases.take(folderId);
    unsure = false;
    Set<Long> mine = new LinkedHashSet<>(taken.mine());
    Set<Long> others = unsureBefore ? mine : taken.overtaken();
    open.keySet().retainAll(mine);
    open.keySet().removeAll(others);
    overtaken.retainAll(mine);
    overtaken.addAll(others);
    mine.stream().filter(id -> !overtaken.contains(id)).forEach(this::addOpen);
    if (!overtaken.isEmpty()) {
      List<Path> places = new ArrayList<>();
      for (long id : overtaken) {
        batches
            .find(id)
            .map(batch -> BatchFiles.places(folder.path(), batch))
            .ifPresent(places::addAll);
      }
      AtomicFile.overtake(folder.path(), places);
      overtaken.forEach(this::addOpen);
      overtaken.clear();
    }
  }

  private List<Step> updates() {
    return List.copyOf(open.keySet()).stream().<Step>map(id -> () -> update(id)).toList();
  }

  private void finished(Batch batch) {
    LOG.info(
        "Batch {} is finished: {}, {} succeeded, {} failed, {} duplicates, {} discarded",
        batch.id(),
        FieldProblems.shown(batch.name()),
        batch.succeeded(),
        batch.failed(),
        batch.duplicate(),
        batch.discarded());
  }

  private void tell(Exception e) {
    if (!failing) {
      LOG.warn(
          "Result files in {} cannot be written and are tried again every {} s: {}",
          folder.path(),
          Math.max(1, refreshInterval.toSeconds()),
          e.toString());
      failing = true;
    }
  }

  private void addOpen(long id) {
    open.computeIfAbsent(
        id,
        batchId ->
            new BatchFiles(
                folder.path(),
                process,
                leases,
                batches,
                failedRows,
                succeededLines,
                new FirstAttempts(journal, clock, batchId),
                rates,
                clock));
  }
}
