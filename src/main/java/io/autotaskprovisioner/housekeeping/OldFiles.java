package io.autotaskprovisioner.housekeeping;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes archived files and result files past their age. Only files that bear a name of ours, and
 * lie in the folder itself, are touched, so that what somebody else keeps there stays. Thread-safe;
 * several nodes may do it in the same folder at once.
 */
public final class OldFiles {

  /** As an archived file is called: name, number of its batch, extension of the format. */
  private static final Pattern ARCHIVED =
      Pattern.compile(".+\\.\\d+\\.(csv|json|ndjson|jsonl)", Pattern.CASE_INSENSITIVE);

  private static final Pattern RESULT =
      Pattern.compile(".+\\.(summary\\.json|failed\\.csv|succeeded\\.ndjson)");

  private static final Logger LOG = LoggerFactory.getLogger(OldFiles.class);

  private final Path archive;
  private final Path results;
  private final Forgotten forgotten;

  OldFiles(Path archive, Path results, Forgotten forgotten) {
    this.archive = archive;
    this.results = results;
    this.forgotten = forgotten;
  }

  /** Deletes archived files that were last changed before that; answers how many. */
  public long deleteArchived(OffsetDateTime before) {
    return delete(archive, ARCHIVED, before.toInstant(), "archived files");
  }

  /** Deletes result files that were last changed before that; answers how many. */
  public long deleteResults(OffsetDateTime before) {
    return delete(results, RESULT, before.toInstant(), "result files");
  }

  private long delete(Path folder, Pattern names, Instant before, String what) {
    long deleted = 0;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, file -> names.matcher(file.getFileName().toString()).matches())) {
      for (Path file : files) {
        if (isOlder(file, before) && Files.deleteIfExists(file)) {
          deleted++;
        }
      }
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      LOG.warn("Old {} in {} stay for now: {}", what, folder, e.toString());
    }
    forgotten.note(what, deleted);
    forgotten.tell(what, deleted);
    return deleted;
  }

  private static boolean isOlder(Path file, Instant before) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          && attributes.lastModifiedTime().toInstant().isBefore(before);
    } catch (NoSuchFileException e) {
      // another node was faster
      return false;
    }
  }
}
