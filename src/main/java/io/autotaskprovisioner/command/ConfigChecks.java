package io.autotaskprovisioner.command;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.LoginCheck;
import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.delivery.DeliveryBeans;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.KnownSettings;
import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** What a start needs, looked at one by one without changing anything. To be used once. */
final class ConfigChecks {

  /** A login that nobody has: Autotask's answer to it proves the way there. */
  private static final LoginCredentials NOBODY =
      new LoginCredentials(
          "reachability-check@invalid.example", "none", "none", "https://ww1.autotask.net");

  /** How one check ended; the message holds the way out where it failed. */
  record Result(String name, boolean ok, String message) {}

  @FunctionalInterface
  private interface Check {
    /** Answers what is well; throws with one sentence where it is not. */
    String run() throws Exception;
  }

  private final CommandSettings folder;
  private final Settings settings;
  private final List<Result> results = new ArrayList<>();

  ConfigChecks(CommandSettings folder) {
    this.folder = folder;
    this.settings = folder.settings();
  }

  List<Result> run() {
    check("settings", this::settingsAreKnown);
    boolean runs = RunningProbe.at(settings);
    check("api port", () -> port("http.host", "http.port", 8080, runs));
    check("management", () -> port("management.host", "management.port", 8081, runs));
    check("folders", this::folders);
    check("database", () -> new DatabaseCheck(settings, runs).database());
    check("key ring", () -> new DatabaseCheck(settings, runs).keyRing());
    check("routes", this::routes);
    check("destinations", () -> destinations(DeliveryBeans.configured(folder.context())));
    check("code", this::integrationCode);
    check("autotask", this::autotask);
    return List.copyOf(results);
  }

  private void check(String name, Check check) {
    try {
      results.add(new Result(name, true, check.run()));
    } catch (InvalidSettingException | CommandException e) {
      results.add(new Result(name, false, e.getMessage()));
    } catch (Exception e) {
      results.add(
          new Result(
              name, false, "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage())));
    }
  }

  private String settingsAreKnown() {
    Path file = Path.of("application.properties").toAbsolutePath();
    KnownSettings known = KnownSettings.packed();
    known.check(file);
    known
        .defaults()
        .forEach(
            (key, value) -> {
              if (value.matches("\\d+(ms|s|m|h|d)")) {
                settings.duration(key, Duration.ZERO);
              } else if (value.matches("\\d+")) {
                settings.number(key, 0, 0, Long.MAX_VALUE);
              } else if (value.matches("true|false")) {
                settings.flag(key, false);
              }
            });
    return Files.exists(file) ? "of " + file : "defaults; there is no " + file;
  }

  private String port(String hostKey, String portKey, int defaultPort, boolean runs) {
    String host = settings.text(hostKey, "127.0.0.1");
    int port = settings.integer(portKey, defaultPort, 0, 65_535);
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      return "%s:%d is free".formatted(host, port);
    } catch (IOException e) {
      if (runs) {
        return "%s:%d is used by the running server".formatted(host, port);
      }
      throw CommandException.failed(
          "%s:%d is in use or not of this machine: set %s or %s."
              .formatted(host, port, portKey, hostKey));
    }
  }

  private String folders() {
    Map<Path, String> keys = new HashMap<>();
    List<String> missing = new ArrayList<>();
    for (String[] folderKey :
        new String[][] {
          {"data.directory", "data"},
          {"intake.file.directory", "inbox"},
          {"intake.file.scheduled-directory", "scheduled"},
          {"intake.file.archive-directory", "archive"},
          {"intake.file.results-directory", "results"}
        }) {
      Path path = settings.path(folderKey[0], folderKey[1]);
      String other = keys.putIfAbsent(path, folderKey[0]);
      if (other != null) {
        throw CommandException.failed(
            "%s and %s are the same folder, %s: give each its own."
                .formatted(other, folderKey[0], path));
      }
      if (!usable(path)) {
        throw CommandException.failed(
            "%s is %s: give a folder that this user can create, read and write."
                .formatted(folderKey[0], path));
      }
      if (!Files.exists(path)) {
        missing.add(String.valueOf(path.getFileName()));
      }
    }
    return missing.isEmpty()
        ? "all there and writable"
        : "writable; the start creates " + String.join(", ", missing);
  }

  private static boolean usable(Path folder) {
    Path existing = folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null
        && Files.isDirectory(existing)
        && Files.isReadable(existing)
        && Files.isWritable(existing);
  }

  /** Reads the files of ./routes as the start would, into a context that never starts. */
  private String routes() throws IOException {
    Path routes = Path.of("routes");
    if (!Files.isDirectory(routes)) {
      return "the packed ones; there is no ./routes";
    }
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(routes, "*.camel.yaml")) {
      for (Path file : files) {
        try {
          PluginHelper.getRoutesLoader(folder.context())
              .loadRoutes(ResourceHelper.fromBytes(file.toString(), Files.readAllBytes(file)));
          count++;
        } catch (Exception e) {
          throw CommandException.failed(
              "routes/%s cannot be read as routes: %s Correct or remove it."
                  .formatted(file.getFileName(), firstLine(e)));
        }
      }
    }
    return "packed ones and %s of ./routes".formatted(Output.count(count, "file"));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ".";
  }

  private static String destinations(List<String> names) {
    return names.isEmpty() ? "none configured" : String.join(", ", names);
  }

  private String integrationCode() {
    return settings.text("autotask.integration-code").isPresent()
        ? "autotask.integration-code is set"
        : "autotask.integration-code is not set: only requests with a code of their own are sent to"
            + " .autotask.net";
  }

  private String autotask() {
    Vertx vertx = Vertx.vertx();
    try (LoginCheck logins = new LoginCheck(vertx, settings, Clock.systemUTC())) {
      logins.lookUp(NOBODY).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof AutotaskException failure)
          || failure.kind() != AutotaskException.Kind.UNKNOWN_LOGIN) {
        throw CommandException.failed(
            "%s Check autotask.discovery-url, the network and any proxy."
                .formatted(e.getCause().getMessage()));
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
    return "answers at "
        + settings.url("autotask.discovery-url").map(URI::getHost).orElse("the vendor's host");
  }
}
