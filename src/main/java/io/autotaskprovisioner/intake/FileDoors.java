package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Batches.NewBatch;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.FileLease;
import io.autotaskprovisioner.journal.FileLeases;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the doors that take files out of folders: what is the same for each of them.
 *
 * @param accountId owner of what comes through them
 * @param archive where masked copies are kept; null where files are deleted after reading
 * @param results where result files are to lie
 * @param process of this node, by a name that no other has
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
    SharedFolder results,
    String process,
    FileLeases leases,
    BooleanSupplier stopping) {

  /** The door of the folder, after what a crash left half done there was ended. */
  FileDoor open(Door door, SharedFolder folder, DropReadiness readiness) throws IOException {
    return open(
        (file, format, inspection, lease) -> begin(door, file, format, inspection, lease),
        folder,
        true,
        readiness);
  }

  /** The door of the folder of uploads, whose senders have the files themselves. */
  FileDoor open(Uploads uploads, SharedFolder folder, DropReadiness readiness) throws IOException {
    uploads.recover();
    return open(
        (file, format, inspection, lease) -> uploads.batchOf(file, lease),
        folder,
        false,
        readiness);
  }

  private Batch begin(
      Door door, Path file, FileFormat format, TextInspection inspection, FileLease lease)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    return batches.open(
        new NewBatch(
            accountId,
            door,
            name,
            name.substring(0, name.lastIndexOf('.')),
            inspection.checksum(),
            inspection.sizeBytes(),
            format.name(),
            lease.folder(),
            results.knownId()),
        lease);
  }

  private FileDoor open(
      BatchOfFile batchOfFile, SharedFolder folder, boolean keepsRefused, DropReadiness readiness)
      throws IOException {
    Departure departure =
        new Departure(folder, archive, process, batches, leases, charset, keepsRefused);
    departure.recover();
    return new FileDoor(
        batchOfFile,
        folder,
        leases,
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
