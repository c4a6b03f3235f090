package io.autotaskprovisioner.command;

import io.autotaskprovisioner.autotask.LoginCheck;
import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.intake.FileCheck;
import io.autotaskprovisioner.intake.FileFormat;
import io.autotaskprovisioner.provisioning.RequestValidation;
import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks a file before anybody is asked to log in. */
@Command(
    name = "check",
    description = {
      "Checks every record of a CSV, JSON or NDJSON file as the server would, without a server and"
          + " without sending a secret: form, required fields, element, host.",
      "Then it asks Autotask for the zone of each login once, which needs no credentials and finds"
          + " unknown logins before any lockout can happen. Prints line, field and reason of each"
          + " record that would fail; never a value."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every record is fine",
      "1:some records would fail",
      "2:bad usage, or the file cannot be read to its end",
      "3:Autotask could not be asked about some logins; nothing else was wrong"
    })
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private RequestFile file = new RequestFile();

  @Option(names = "--no-lookup", description = "Ask Autotask nothing.")
  private boolean noLookup;

  @Option(
      names = "--demo",
      description = "Ask the simulator of a server that was started with --demo.")
  private boolean demo;

  @Option(names = "--json", description = "Print JSON; its shape is in the README.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    FileFormat format = file.format();
    Vertx vertx = Vertx.vertx();
    try (CommandSettings settings = new CommandSettings()) {
      if (demo) {
        settings.inDemo();
      }
      return check(format, settings.settings(), vertx);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private int check(FileFormat format, Settings settings, Vertx vertx) throws IOException {
    ElementCatalogue catalogue = ElementBeans.catalogue(settings);
    PrintWriter out = spec.commandLine().getOut();
    CheckReport report =
        json ? CheckReport.asJson(file.path(), out) : CheckReport.asText(file.path(), out);
    try (LoginCheck logins = new LoginCheck(vertx, settings, Clock.systemUTC())) {
      LookUps lookUps = new LookUps(logins, !noLookup);
      RecordCheck records = new RecordCheck(new RequestValidation(catalogue), lookUps, report);
      String problem = new FileCheck(settings, catalogue).read(file.path(), format, records);
      records.end();
      return report.end(problem, lookUps);
    }
  }
}
