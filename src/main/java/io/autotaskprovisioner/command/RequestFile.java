package io.autotaskprovisioner.command;

import io.autotaskprovisioner.intake.FileFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The argument of commands that read a file of requests. */
final class RequestFile {

  @Parameters(paramLabel = "FILE", description = "A .csv, .json, .ndjson or .jsonl file.")
  private Path file;

  Path path() {
    return file;
  }

  String name() {
    return String.valueOf(file.getFileName());
  }

  /**
   * The format after the name's ending.
   *
   * @throws CommandException of bad usage where the ending is unknown or the file cannot be read
   */
  FileFormat format() {
    FileFormat format =
        FileFormat.ofName(name())
            .orElseThrow(
                () ->
                    CommandException.usage(
                        "%s is none of .csv, .json, .ndjson and .jsonl: rename it."
                            .formatted(file)));
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw CommandException.usage(
          "%s is not there or cannot be read: give the name of a file.".formatted(file));
    }
    return format;
  }
}
