package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.journal.Batch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/** The steps of the route that reads one file, of the door that the exchange names. Thread-safe. */
public final class FileSteps {

  /** The exchange property with the {@link FileDoor} whose folder the file is in. */
  private static final String DOOR = "fileDoor";

  /**
   * The exchange property with a {@code Consumer<Batch>} that hears of the file's batch before
   * anything of it is read; what it throws keeps the file where it is. Absent where nobody cares.
   */
  public static final String BATCH_OPENED = "batchOpened";

  /** Its records in chunks; null where the file is to be left alone for now. */
  public @Nullable FileReading open(
      @ExchangeProperty(DOOR) FileDoor door,
      @ExchangeProperty(BATCH_OPENED) @Nullable Consumer<Batch> opened,
      @Body File file)
      throws IOException {
    return door.open(file, opened == null ? batch -> {} : opened);
  }

  /** Every chunk is in the journal: lets the file leave the folder. */
  public void finish(@ExchangeProperty(DOOR) FileDoor door, @Body @Nullable FileReading reading)
      throws IOException {
    door.finish(reading);
  }

  /** Something went wrong on our side: the file stays and is tried again later. */
  public void failed(
      @ExchangeProperty(DOOR) FileDoor door,
      @Header(Exchange.FILE_PATH) String path,
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    door.failed(Path.of(path), failure);
  }

  /** Closes what the reading holds open, however it ended. */
  public void close(@ExchangeProperty(DOOR) FileDoor door, @Body @Nullable Object body)
      throws IOException {
    if (body instanceof FileReading reading) {
      door.close(reading);
    }
  }
}
