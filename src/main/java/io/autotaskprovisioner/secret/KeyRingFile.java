package io.autotaskprovisioner.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** The file that holds the keys: owner-only JSON with the two keysets as Tink writes them. */
final class KeyRingFile {

  private static final String KEY = "secret.key-file";

  private final ObjectMapper mapper = new ObjectMapper();
  private final Path file;

  KeyRingFile(Path file) {
    this.file = file;
  }

  Path path() {
    return file;
  }

  /**
   * The ring in the file; empty where there is no file.
   *
   * @throws InvalidSettingException if there is one that cannot be read or holds no ring
   */
  Optional<TinkKeyRing> read() {
    try {
      JsonNode root = mapper.readTree(Files.readAllBytes(file));
      return Optional.of(
          TinkKeyRing.parse(root.path("sealing").toString(), root.path("hashing").toString()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Without the cause: a parser's message may quote what it read.
      throw new InvalidSettingException(
          "Setting %s: %s cannot be read as a key ring (%s): restore it from a backup or correct its rights."
              .formatted(KEY, file, e.getClass().getSimpleName()));
    }
  }

  /**
   * Writes the ring unless there is a file.
   *
   * @return whether this call made the file
   */
  boolean create(TinkKeyRing ring) {
    try {
      OwnerOnly.createFolder(file.getParent());
      ObjectNode root = mapper.createObjectNode();
      root.set("sealing", mapper.readTree(ring.sealingKeyset()));
      root.set("hashing", mapper.readTree(ring.hashingKeyset()));
      return OwnerOnly.create(
          file, mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    } catch (IOException | GeneralSecurityException e) {
      throw new InvalidSettingException(
          "Setting %s: %s cannot be created (%s): give a path that can be written to."
              .formatted(KEY, file, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Takes back what {@link #create} made, before anything was sealed with it. */
  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "Setting %s: %s was made for nothing and cannot be removed; remove it."
              .formatted(KEY, file),
          e);
    }
  }
}
