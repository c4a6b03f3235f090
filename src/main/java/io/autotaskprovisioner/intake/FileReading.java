package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.JournalRecord;
import io.autotaskprovisioner.journal.ProvisioningException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One reading of one file: gives its records in chunks for the journal and writes the masked copy
 * on the way. What the journal has from an earlier reading goes to the copy alone. Can be gone
 * through once; not thread-safe.
 */
final class FileReading implements Iterable<List<JournalRecord>> {

  /** Our choice: keeps a chunk of large records far below the smallest heap we promise. */
  private static final int MAX_CHUNK_CHARACTERS = 2_000_000;

  private final Path file;
  private final FileStamp stamp;
  private final Batch batch;
  private final OpenedFile opened;
  private final @Nullable MaskedArchive archive;
  private final RequestNormalizer normalizer;
  private final SecretMask mask;
  private final int chunkSize;
  private final FileLease lease;
  private final BooleanSupplier stopping;
  private final BooleanSupplier cancelled;
  private @Nullable String problem;
  private boolean stopped;
  private boolean ended;
  private long read;
  private long unreadable;

  FileReading(
      Path file,
      FileStamp stamp,
      Batch batch,
      OpenedFile opened,
      @Nullable MaskedArchive archive,
      RequestNormalizer normalizer,
      SecretMask mask,
      int chunkSize,
      FileLease lease,
      BooleanSupplier stopping,
      BooleanSupplier cancelled) {
    this.file = file;
    this.stamp = stamp;
    this.batch = batch;
    this.opened = opened;
    this.archive = archive;
    this.normalizer = normalizer;
    this.mask = mask;
    this.chunkSize = chunkSize;
    this.lease = lease;
    this.stopping = stopping;
    this.cancelled = cancelled;
    this.problem = opened.problem();
    this.ended = opened.problem() != null;
  }

  Path file() {
    return file;
  }

  FileStamp stamp() {
    return stamp;
  }

  Batch batch() {
    return batch;
  }

  FileLease lease() {
    return lease;
  }

  @Nullable MaskedArchive archive() {
    return archive;
  }

  /** Why nothing, or nothing more, could be read; null where the end was reached. */
  @Nullable String problem() {
    return problem;
  }

  /**
   * Whether the reading was given up because the program ends, or another one reads the file by
   * now: it goes on after the next start, or there.
   */
  boolean isStopped() {
    return stopped;
  }

  long read() {
    return read;
  }

  long unreadable() {
    return unreadable;
  }

  /**
   * The chunks; an {@link UncheckedIOException} out of it means that the file could not be read.
   */
  @Override
  public Iterator<List<JournalRecord>> iterator() {
    return new Iterator<>() {
      private List<JournalRecord> chunk = List.of();

      @Override
      public boolean hasNext() {
        if (chunk.isEmpty()) {
          chunk = nextChunk();
        }
        return !chunk.isEmpty();
      }

      @Override
      public List<JournalRecord> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        List<JournalRecord> next = chunk;
        chunk = List.of();
        return next;
      }
    };
  }

  /** Empty at the end. */
  private List<JournalRecord> nextChunk() {
    List<JournalRecord> chunk = new ArrayList<>();
    int characters = 0;
    try {
      if (!ended && cancelled.getAsBoolean()) {
        throw new UnreadableFileException("The batch was cancelled before the end of its file.");
      }
      while (!ended && chunk.size() < chunkSize && characters < MAX_CHUNK_CHARACTERS) {
        if (chunk.isEmpty() && stopping.getAsBoolean()) {
          stopped = true;
          ended = true;
          break;
        }
        RawRecord record = opened.reader().next();
        if (record == null) {
          ended = true;
          break;
        }
        read++;
        characters += record.length();
        JournalRecord journalRecord = journalRecord(record);
        if (record.number() > batch.recordsRead()) {
          chunk.add(journalRecord);
        }
      }
    } catch (UnreadableFileException e) {
      ended = true;
      problem = e.getMessage();
      addNote("The rest could not be read and is not kept: " + problem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return chunk;
  }

  private JournalRecord journalRecord(RawRecord raw) throws IOException {
    if (raw.content() == null) {
      unreadable++;
      String reason = "Line %d: %s".formatted(raw.line(), raw.problem());
      addNote("Record %d could not be read and is not kept. %s".formatted(raw.number(), reason));
      return record(raw, Failure.of(FailureClass.INVALID_REQUEST, reason), null);
    }
    MaskedRecord masked = MaskedRecord.of(raw, opened.header(), mask);
    if (archive != null) {
      archive.add(masked);
    }
    try {
      return new JournalRecord(
          batch.accountId(),
          batch.door(),
          batch.id(),
          raw.number(),
          reference(raw),
          null,
          normalizer.fromRecord(raw.content(), batch.accountId()),
          null,
          masked.json(),
          null,
          lease.id());
    } catch (ProvisioningException e) {
      return record(raw, e.failure(), masked.json());
    }
  }

  private JournalRecord record(RawRecord raw, Failure rejection, @Nullable String original) {
    return new JournalRecord(
        batch.accountId(),
        batch.door(),
        batch.id(),
        raw.number(),
        reference(raw),
        null,
        null,
        rejection,
        original,
        null,
        lease.id());
  }

  private String reference(RawRecord raw) {
    return "%s:%d".formatted(FieldProblems.shown(batch.name()), raw.line());
  }

  private void addNote(String note) {
    if (archive != null) {
      try {
        archive.addNote(note);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The header as a JSON array; null for formats that have none. */
  @Nullable String columnsJson() {
    CsvHeader header = opened.header();
    if (header == null) {
      return null;
    }
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    header.names().forEach(names::add);
    return names.toString();
  }

  /**
   * Gives back what is held open. Not {@code close()}: the splitter closes a closeable body after
   * the last chunk, when the copy is not yet in its place.
   */
  void release() throws IOException {
    try (OpenedFile file = opened;
        MaskedArchive copy = archive) {
      ended = true;
    }
  }
}
