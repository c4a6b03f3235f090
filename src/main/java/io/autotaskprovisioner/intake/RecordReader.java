package io.autotaskprovisioner.intake;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the records of one file in order, in memory bounded by one record. Not thread-safe. */
interface RecordReader {

  /**
   * The next record; a malformed one comes as a {@link RawRecord#problem}.
   *
   * @return null at the end
   * @throws UnreadableFileException if nothing behind this point can be told apart
   */
  @Nullable RawRecord next() throws IOException;
}
