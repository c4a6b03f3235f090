package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a folder says it is, in a small hidden file: nodes that share it tell by that, whatever path
 * each of them knows it by, and nodes that have folders of the same path on their own disks do not
 * take them for one. Stateless.
 */
final class Identity {

  static final String FILE_NAME = ".autotask-provisioner-id";

  private static final Pattern FORM = Pattern.compile("[0-9a-f-]{36}");

  private Identity() {}

  /**
   * The identity of the folder, which gets this one where it has none: somebody has removed and
   * made it anew.
   */
  static String now(Path folder, String id) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (Files.notExists(file)) {
      OwnerOnly.create(file, id.getBytes(StandardCharsets.US_ASCII));
    }
    String now = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (!FORM.matcher(now).matches()) {
      throw new IOException(file + " does not say which folder this is");
    }
    return now;
  }

  /**
   * The identity of the folder, which gets one where it has none.
   *
   * @param key setting that names the folder
   * @throws InvalidSettingException if the file cannot be made or read
   */
  static String of(String key, Path folder) {
    try {
      return now(folder, UUID.randomUUID().toString());
    } catch (FileSystemException e) {
      throw new InvalidSettingException(
          "Setting %s: %s cannot be written or read (%s): nodes that share a folder run as one user."
              .formatted(key, folder.resolve(FILE_NAME), e.getClass().getSimpleName()),
          e);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "Setting %s: %s: delete it while no node runs.".formatted(key, e.getMessage()), e);
    }
  }
}
