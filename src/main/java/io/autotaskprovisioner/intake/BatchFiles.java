package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.ResultLeases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps the three result files of one batch up to date. Not thread-safe. */
final class BatchFiles {

  static final String SUMMARY = ".summary.json";
  static final String FAILED = ".failed.csv";
  static final String SUCCEEDED = ".succeeded.ndjson";

  /** Our choice: later attempts change single rows, so the long files are written less often. */
  private static final Duration BETWEEN_ROW_FILES = Duration.ofMinutes(1);

  /** What is written into one file. */
  @FunctionalInterface
  private interface Content {
    void write(Writer writer) throws IOException;
  }

  private final Path folder;
  private final String process;
  private final ResultLeases leases;
  private final Batches batches;
  private final FailedRows failedRows;
  private final SucceededLines succeededLines;
  private final FirstAttempts firstAttempts;
  private final RecentRates rates;
  private final Clock clock;
  private @Nullable Batch summarized;
  private @Nullable Batch listed;
  private Instant listedAt = Instant.MIN;

  BatchFiles(
      Path folder,
      String process,
      ResultLeases leases,
      Batches batches,
      FailedRows failedRows,
      SucceededLines succeededLines,
      FirstAttempts firstAttempts,
      RecentRates rates,
      Clock clock) {
    this.folder = folder;
    this.process = process;
    this.leases = leases;
    this.batches = batches;
    this.failedRows = failedRows;
    this.succeededLines = succeededLines;
    this.firstAttempts = firstAttempts;
    this.rates = rates;
    this.clock = clock;
  }

  /**
   * Writes what has changed.
   *
   * @return whether the batch is over and everything about it is written
   * @throws io.autotaskprovisioner.journal.LeaseLostException if another node writes these files by
   *     now
   */
  boolean update(Batch batch) throws IOException {
    boolean over = isOver(batch);
    if (isRowsChange(batch, over)) {
      write(batch, FAILED, writer -> failedRows.write(batch, writer));
      write(batch, SUCCEEDED, writer -> succeededLines.write(batch, writer));
      listed = batch;
      listedAt = clock.instant();
    }
    if (!batch.equals(summarized)) {
      // last, so that a final summary means that all files are final
      write(
          batch,
          SUMMARY,
          writer ->
              writer.write(
                  BatchSummary.json(
                              batch,
                              batches.failures(batch.id()),
                              rates.perSecond(batch),
                              clock.instant())
                          .toPrettyString()
                      + "\n"));
      summarized = batch;
    }
    return over;
  }

  /** Of a cancelled batch some may still be running or not yet be discarded. */
  static boolean isOver(Batch batch) {
    return batch.status() == BatchStatus.FINISHED
        || (batch.status() == BatchStatus.CANCELLED && batch.waiting() == 0);
  }

  private boolean isRowsChange(Batch batch, boolean over) {
    if (over) {
      return listed == null || !listed.equals(batch);
    }
    if (!firstAttempts.areOver(batch)) {
      return false;
    }
    return listed == null
        || (hasMoreOutcomes(batch, listed)
            && !clock.instant().isBefore(listedAt.plus(BETWEEN_ROW_FILES)));
  }

  private static boolean hasMoreOutcomes(Batch batch, Batch earlier) {
    return batch.failed() != earlier.failed() || batch.succeeded() != earlier.succeeded();
  }

  private void write(Batch batch, String ending, Content content) throws IOException {
    try (AtomicFile file = AtomicFile.create(folder.resolve(fileName(batch) + ending), process)) {
      content.write(file.writer());
      // Behind this only a rename is left, and who takes over removes what would be renamed.
      leases.require(batch.id());
      file.commit();
    } catch (NoSuchFileException e) {
      leases.require(batch.id());
      throw e;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Where the three files lie. */
  static List<Path> places(Path folder, Batch batch) {
    return Stream.of(SUMMARY, FAILED, SUCCEEDED)
        .map(ending -> folder.resolve(fileName(batch) + ending))
        .toList();
  }

  /** The name that an upload brought along is not ours: it stays inside the folder. */
  static String fileName(Batch batch) {
    return batch.resultName().replaceAll("[/\\\\\\p{Cntrl}]", "_");
  }
}
