package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.FileLease;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which batch the records of a file go to: one that is begun for it, or one that it came with. */
@FunctionalInterface
interface BatchOfFile {

  /**
   * Null where the file is to be left alone.
   *
   * @throws io.autotaskprovisioner.journal.LeaseLostException if another process reads it by now
   */
  @Nullable Batch of(Path file, FileFormat format, TextInspection inspection, FileLease lease)
      throws IOException;
}
