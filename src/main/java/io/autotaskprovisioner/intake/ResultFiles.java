package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * holds up the provisioning. A summary that is not final is what a restart goes on from.
 */
public final class ResultFiles extends ServiceSupport {

  private static final Logger LOG = LoggerFactory.getLogger(ResultFiles.class);
  private static final int PAGE = 1_000;

  private final Path folder;
  private final Duration refreshInterval;
  private final Journal journal;
  private final Batches batches;
  private final FailedRows failedRows;
  private final SucceededLines succeededLines;
  private final AbandonedReadings abandonedReadings;
  private final RecentRates rates;
  private final Clock clock;
  private final Map<Long, BatchFiles> open = new LinkedHashMap<>();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "result-files");
            thread.setDaemon(true);
            return thread;
          });
  private boolean resumed;
  private boolean failing;

  ResultFiles(
      Path folder,
      Duration refreshInterval,
      Journal journal,
      Batches batches,
      ElementCatalogue catalogue,
      SucceededLines succeededLines,
      AbandonedReadings abandonedReadings,
      RecentRates rates,
      Clock clock) {
    this.folder = folder;
    this.refreshInterval = refreshInterval;
    this.journal = journal;
    this.batches = batches;
    this.failedRows = new FailedRows(journal, catalogue);
    this.succeededLines = succeededLines;
    this.abandonedReadings = abandonedReadings;
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
    if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
      LOG.warn("Result files are still being written and are left unfinished");
    }
  }

  /** One turn over all batches that are not over. */
  void refresh() {
    List<Step> steps = new ArrayList<>();
    steps.add(() -> OwnerOnly.createFolder(folder));
    steps.add(this::resumeUnfinished);
    steps.add(() -> addOpen(BatchStatus.READING));
    steps.add(abandonedReadings::end);
    steps.add(() -> addOpen(BatchStatus.RUNNING));
    boolean failed = runAll(steps);
    failed |= runAll(updates());
    // behind the updates: a batch that is finished has a summary then, from which a restart goes on
    failed |= runAll(List.of(() -> batches.finishDone().forEach(this::finished)));
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
      } catch (IOException | RuntimeException e) {
        failed = true;
        tell(e);
      }
    }
    return failed;
  }

  private void update(long id) throws IOException {
    Optional<Batch> batch = batches.find(id);
    if (batch.isEmpty() || open.get(id).update(batch.get())) {
      open.remove(id);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private List<Step> updates() {
    return open.keySet().stream().<Step>map(id -> () -> update(id)).toList();
  }

  private void finished(Batch batch) {
    addOpen(batch.id());
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
          folder,
          Math.max(1, refreshInterval.toSeconds()),
          e.toString());
      failing = true;
    }
  }

  private void addOpen(BatchStatus status) {
    long afterId = 0;
    List<Batch> page;
    do {
      page = batches.list(null, status, afterId, PAGE);
      for (Batch batch : page) {
        afterId = batch.id();
        addOpen(batch.id());
      }
    } while (page.size() == PAGE);
  }

  private void addOpen(long id) {
    open.computeIfAbsent(
        id,
        batchId ->
            new BatchFiles(
                folder,
                batches,
                failedRows,
                succeededLines,
                new FirstAttempts(journal, clock, batchId),
                rates,
                clock));
  }

  /** Takes up batches that came to their end while or before the program ended. */
  private void resumeUnfinished() throws IOException {
    if (resumed) {
      return;
    }
    ObjectMapper json = new ObjectMapper();
    try (DirectoryStream<Path> summaries =
        Files.newDirectoryStream(folder, "*" + BatchFiles.SUMMARY)) {
      for (Path file : summaries) {
        JsonNode summary = readSummary(json, file);
        String status = summary.path("status").asText();
        boolean unfinished =
            status.equals(BatchStatus.READING.name())
                || status.equals(BatchStatus.RUNNING.name())
                || (status.equals(BatchStatus.CANCELLED.name())
                    && summary.path("waiting").longValue() > 0);
        if (unfinished && summary.path("id").isIntegralNumber()) {
          addOpen(summary.path("id").longValue());
        }
      }
    }
    resumed = true;
  }

  /** Somebody may have put a file of their own under such a name. */
  private static JsonNode readSummary(ObjectMapper json, Path file) throws IOException {
    try {
      return json.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
