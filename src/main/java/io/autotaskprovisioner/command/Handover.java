package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.autotaskprovisioner.intake.FileFormat;
import io.autotaskprovisioner.setting.OwnerOnly;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** Gives a file to the running server and finds the batch that it becomes. */
final class Handover {

  /** Our choice: far above the time a file has to rest in the folder before it is taken. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final RemoteServer server;
  private final Duration poll;

  Handover(RemoteServer server, Duration poll) {
    this.server = server;
    this.poll = poll;
  }

  /** Uploads it; answers the batch's id. */
  long upload(Path file, FileFormat format) {
    String contentType =
        switch (format) {
          case CSV -> "text/csv";
          case JSON -> "application/json";
          case NDJSON -> "application/x-ndjson";
        };
    String name =
        URLEncoder.encode(String.valueOf(file.getFileName()), StandardCharsets.UTF_8)
            .replace("+", "%20");
    Server.Reply reply = server.upload("/batches?name=" + name, file, contentType);
    if (reply.statusCode() == 404 || reply.statusCode() == 405) {
      throw CommandException.failed(
          "The server at %s takes no uploads: run this in its folder, without --url and --secret-file."
              .formatted(server.place()));
    }
    return reply.orFail().path("id").asLong();
  }

  /**
   * Puts a copy into the drop folder under a name of its own, owner-only, written elsewhere and
   * renamed in; answers the batch's id once it is taken.
   */
  long drop(Path file, Path inbox) {
    String name = uniqueName(String.valueOf(file.getFileName()));
    Path part = inbox.resolve("." + name + ".part");
    try {
      try (var out = Channels.newOutputStream(OwnerOnly.createForWriting(part))) {
        Files.copy(file, out);
      }
      Files.move(part, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(part);
      throw CommandException.usage(
          "%s cannot be put into %s (%s): give this user the right to write there, or upload it by --url."
              .formatted(file, inbox, e.getClass().getSimpleName()));
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<Long> batch = batchOf(name);
      if (batch.isPresent()) {
        return batch.get();
      }
      if (Files.exists(inbox.resolve(name + ".refused"))) {
        throw CommandException.usage(
            "The server refused the file: see %s.summary.json in its results folder."
                .formatted(name.substring(0, name.lastIndexOf('.'))));
      }
      LockSupport.parkNanos(poll.toNanos());
    }
    throw CommandException.unreachable(
        "The server did not take %s within %s: see its log, and whether it reads that folder."
            .formatted(inbox.resolve(name), Output.shown(PATIENCE)));
  }

  private Optional<Long> batchOf(String name) {
    for (JsonNode batch : server.call("GET", "/status", null).orFail().path("batches")) {
      if (batch.path("name").asText().equals(name)) {
        return Optional.of(batch.path("id").asLong());
      }
    }
    return Optional.empty();
  }

  /** Result files and batch are found by the name, whatever was dropped before under the same. */
  private static String uniqueName(String name) {
    int dot = name.lastIndexOf('.');
    return name.substring(0, dot)
        + "-"
        + UUID.randomUUID().toString().substring(0, 8)
        + name.substring(dot);
  }

  private static void remove(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException ignored) {
      // told by the failure that led here
    }
  }
}
