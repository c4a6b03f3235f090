package io.autotaskprovisioner.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** Copies the database while it works. */
@Command(
    name = "backup",
    description = {
      "Copies the H2 database of the running server, or where none runs the database itself, into a"
          + " file in backup.directory of the server, and waits for its end. For administrators.",
      "The key ring is not in it, and without it the copy is of no use: keep it apart. PostgreSQL is"
          + " backed up by pg_dump."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the backup is whole and on the disk",
      "1:there is none; the message says why",
      "2:bad usage, or the secrets are refused",
      "3:no server and no database"
    })
final class BackupCommand extends ServerCommand {

  private static final Duration PAUSE = Duration.ofMillis(200);

  @Override
  int run(Server server, CallerSource caller, CommandSettings settings) {
    JsonNode backup = server.call("POST", "/backups", null).orFail();
    String path = "/backups/" + backup.path("name").asText();
    while (backup.path("state").asText().equals("RUNNING")) {
      pause();
      backup = server.call("GET", path, null).orFail();
    }
    if (!backup.path("state").asText().equals("DONE")) {
      throw CommandException.failed(backup.path("message").asText());
    }
    out()
        .println(
            asJson()
                ? Output.json(backup)
                : "%s, %d bytes. Keep the key ring apart from it; without it nothing in it can be opened."
                    .formatted(backup.path("file").asText(), backup.path("bytes").asLong()));
    return ExitCode.DONE;
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failed("Interrupted; the server goes on with the backup.");
    }
  }
}
