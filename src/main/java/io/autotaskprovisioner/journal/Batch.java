package io.autotaskprovisioner.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One dropped file, upload or schedule run with its counts at one moment.
 *
 * @param name the file's name as dropped
 * @param resultName what the names of its result files begin with
 * @param checksum SHA-256 of the content in hex
 * @param format {@code JSON}, {@code NDJSON} or {@code CSV}
 * @param columnsJson the CSV header as written, a JSON array; null for other formats
 * @param errorMessage why reading stopped before the end; null when it did not
 * @param recordsRead records that are in the journal; reading goes on behind them after a crash
 * @param progressAt when a record was last read; null before the first, and in older batches
 * @param waiting requests that are waiting or running
 */
public record Batch(
    long id,
    long accountId,
    Door door,
    String name,
    String resultName,
    String checksum,
    long sizeBytes,
    String format,
    @Nullable String columnsJson,
    BatchStatus status,
    @Nullable String errorMessage,
    long recordsRead,
    long waiting,
    long succeeded,
    long failed,
    long duplicate,
    long discarded,
    Instant createdAt,
    @Nullable Instant progressAt,
    @Nullable Instant readAt,
    @Nullable Instant finishedAt) {}
