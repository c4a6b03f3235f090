package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Batches.NewBatch;
import io.autotaskprovisioner.journal.Door;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the doors that take files out of folders: what is the same for each of them.
 *
 * @param accountId owner of what comes through them
 * @param archive where masked copies are kept; null where files are deleted after reading
 * @param stopping whether the program ends, so that a reading stops where it is
 */
record FileDoors(
    long accountId,
    Charset charset,
    int chunkSize,
    Batches batches,
    RecordReaders readers,
    RequestNormalizer normalizer,
    SecretMask mask,
    @Nullable Path archive,
    BooleanSupplier stopping) {

  /** The door of the folder, after what a crash left half done there was ended. */
  FileDoor open(Door door, Path folder, DropReadiness readiness) {
    return open(
        (file, format, inspection) -> begin(door, file, format, inspection),
        new Departure(folder, archive, batches, true),
        readiness);
  }

  /** The door of the folder of uploads, whose senders have the files themselves. */
  FileDoor open(Uploads uploads, Path folder, DropReadiness readiness) {
    uploads.recover();
    return open(
        (file, format, inspection) -> uploads.batchOf(file),
        new Departure(folder, archive, batches, false),
        readiness);
  }

  private Batch begin(Door door, Path file, FileFormat format, TextInspection inspection) {
    String name = String.valueOf(file.getFileName());
    return batches.open(
        new NewBatch(
            accountId,
            door,
            name,
            name.substring(0, name.lastIndexOf('.')),
            inspection.checksum(),
            inspection.sizeBytes(),
            format.name()));
  }

  private FileDoor open(BatchOfFile batchOfFile, Departure departure, DropReadiness readiness) {
    departure.recover();
    return new FileDoor(
        batchOfFile,
        charset,
        chunkSize,
        batches,
        readers,
        normalizer,
        mask,
        readiness,
        departure,
        stopping);
  }
}
