package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import io.autotaskprovisioner.setting.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folders that files come to and go to.
 *
 * @param inbox files are taken from here
 * @param scheduled files are taken from here when the schedule says so
 * @param archive and kept here, with their secrets masked
 * @param results what became of their records
 * @param uploads files that came by HTTP lie here until they were read
 */
record IntakeFolders(Path inbox, Path scheduled, Path archive, Path results, Path uploads) {

  static final String INBOX = "intake.file.directory";
  static final String SCHEDULED = "intake.file.scheduled-directory";
  static final String ARCHIVE = "intake.file.archive-directory";
  static final String RESULTS = "intake.file.results-directory";
  static final String UPLOADS = "intake.upload.directory";

  /**
   * Creates, owner-only, those that are not there.
   *
   * @throws InvalidSettingException if one cannot be created or written to, or two are the same
   */
  static IntakeFolders prepare(Settings settings) {
    Map<Path, String> keys = new LinkedHashMap<>();
    return new IntakeFolders(
        prepare(settings, INBOX, "inbox", keys),
        prepare(settings, SCHEDULED, "scheduled", keys),
        prepare(settings, ARCHIVE, "archive", keys),
        prepare(settings, RESULTS, "results", keys),
        prepare(
            settings,
            UPLOADS,
            settings.path("data.directory", "data").resolve("uploads").toString(),
            keys));
  }

  private static Path prepare(
      Settings settings, String key, String defaultValue, Map<Path, String> keys) {
    Path folder = settings.path(key, defaultValue);
    try {
      OwnerOnly.createFolder(folder);
      if (Files.isWritable(folder) && Files.isReadable(folder)) {
        String other = keys.putIfAbsent(folder.toRealPath(), key);
        if (other == null) {
          return folder;
        }
        throw new InvalidSettingException(
            "Settings %s and %s are the same folder, %s: give each its own."
                .formatted(other, key, folder));
      }
    } catch (IOException e) {
      throw new InvalidSettingException(unusable(key, folder), e);
    }
    throw new InvalidSettingException(unusable(key, folder));
  }

  private static String unusable(String key, Path folder) {
    return "Setting %s is %s: give a folder that this user can create, read and write."
        .formatted(key, folder);
  }
}
