package io.autotaskprovisioner.command;

import io.autotaskprovisioner.audit.AuditEnd;
import io.autotaskprovisioner.audit.AuditOrigin;
import io.autotaskprovisioner.audit.AuditTrail;
import io.autotaskprovisioner.audit.AuditedAct;
import io.autotaskprovisioner.secret.KeyRings;
import io.autotaskprovisioner.storage.Restoring;
import io.autotaskprovisioner.storage.StorageSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a database of a backup. */
@Command(
    name = "restore",
    description = {
      "Makes the H2 database of this folder's settings out of a file that backup made. The key ring"
          + " that fits it must be in its place before; nothing that is there is replaced.",
      "Ids that were given after the backup was made are not given again. Start the server"
          + " afterwards."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the database is there and the key ring fits it",
      "1:nothing was restored; the message says why",
      "2:bad usage, or the key ring is missing or another one"
    })
final class RestoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The backup.")
  private Path backup;

  @Override
  public Integer call() {
    try (CommandSettings settings = new CommandSettings()) {
      Path file =
          new Restoring(StorageSettings.of(settings.settings()))
              .restore(
                  backup,
                  connection -> {
                    requireFit(connection, settings);
                    writeDown(connection);
                  });
      spec.commandLine()
          .getOut()
          .println("Restored %s; the key ring fits it. Start the server.".formatted(file));
      return ExitCode.DONE;
    } catch (Restoring.RefusedException e) {
      throw CommandException.failed(e.getMessage());
    }
  }

  private void requireFit(Connection connection, CommandSettings settings) throws SQLException {
    if (!KeyRings.requireFit(connection, settings.settings())) {
      throw CommandException.failed(
          "%s was made of a database that was never used.".formatted(backup));
    }
  }

  /** In the restored database itself, where it is of a version that has the table. */
  static void writeDown(Connection connection) throws SQLException {
    try (ResultSet table =
        connection.getMetaData().getTables(null, "public", "audit", new String[] {"BASE TABLE"})) {
      if (table.next()) {
        AuditTrail.record(
            connection, AuditedAct.BACKUP_RESTORE, AuditOrigin.commandLine(), AuditEnd.done());
      }
    }
  }
}
