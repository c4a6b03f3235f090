package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.instance.InstanceBeans;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.JournalBeans;
import io.autotaskprovisioner.journal.JournalEntry;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.support.Folders;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.PluginHelper;

/** The drop folder with its real routes, journal and database, in a temporary folder. */
final class IntakeFixture implements AutoCloseable {

  static final long ACCOUNT = 1;

  final Path folder;
  final TestDatabase database;
  private final Properties settings = new Properties();
  private CamelContext context;

  IntakeFixture(Path folder, TestDatabase database) {
    this.folder = folder;
    this.database = database;
    set("data.directory", folder.resolve("data").toString());
    set("intake.file.directory", folder.resolve("inbox").toString());
    set("intake.file.scheduled-directory", folder.resolve("scheduled").toString());
    set("intake.file.archive-directory", folder.resolve("archive").toString());
    set("intake.file.results-directory", folder.resolve("results").toString());
    set("intake.file.minimum-age", "150ms");
    set("intake.file.poll-interval", "50ms");
    set("intake.results.refresh-interval", "50ms");
    set("intake.account", Long.toString(ACCOUNT));
    database.execute(
        """
        insert into account (id, email, first_name, last_name, role, user_secret_hash,
          organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
        values (1, 'a@b', 'A', 'B', 'admin', '\\x01', '\\x02', '\\x03', '\\x04', current_timestamp)
        on conflict do nothing
        """);
  }

  IntakeFixture set(String key, String value) {
    settings.setProperty(key, value);
    return this;
  }

  IntakeFixture start() throws Exception {
    return start(journal -> journal);
  }

  /** Starts with a journal that the test has its hands in. */
  IntakeFixture start(Function<Journal, Journal> around) throws Exception {
    context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(settings);
    Registry registry = context.getRegistry();
    registry.bind("database", Database.class, database.database());
    registry.bind("keyRing", KeyRing.class, database.keyRing());
    registry.bind("clock", Clock.class, Clock.systemUTC());
    registry.bind("meterRegistry", MeterRegistry.class, new SimpleMeterRegistry());
    registry.bind("accounts", new Accounts(database.database(), database.keyRing()));
    new ElementBeans().configure(context);
    new InstanceBeans().configure(context);
    new JournalBeans().configure(context);
    Journal journal = registry.findSingleByType(Journal.class);
    registry.unbind("journal");
    registry.bind("journal", Journal.class, around.apply(journal));
    new IntakeBeans().configure(context);
    for (String route : List.of("accept-requests", "intake-file", "intake-read-file")) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(
              PluginHelper.getResourceLoader(context)
                  .resolveResource("file:routes/" + route + ".camel.yaml"));
    }
    context.start();
    return this;
  }

  void stop() {
    context.stop();
  }

  CamelContext context() {
    return context;
  }

  Journal journal() {
    return context.getRegistry().findSingleByType(Journal.class);
  }

  Batches batches() {
    return context.getRegistry().findSingleByType(Batches.class);
  }

  Path inbox() {
    return folder.resolve("inbox");
  }

  Path results(String name) {
    return folder.resolve("results").resolve(name);
  }

  /** Writes the file elsewhere and renames it in, as the README tells people to. */
  void drop(String name, String content) throws IOException {
    Path elsewhere = Files.createTempFile(folder, "drop", ".tmp");
    Files.writeString(elsewhere, content);
    Files.move(elsewhere, inbox().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  void dropFixture(String fixture, String name) throws IOException {
    Path elsewhere = Files.createTempFile(folder, "drop", ".tmp");
    Files.copy(
        Path.of("src/test/resources/intake", fixture),
        elsewhere,
        StandardCopyOption.REPLACE_EXISTING);
    Files.move(elsewhere, inbox().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  List<Batch> allBatches() {
    return batches().list(ACCOUNT, null, 0, 1000);
  }

  List<JournalEntry> entries(Batch batch) {
    List<JournalEntry> entries = new ArrayList<>();
    journal().forEach(JournalFilter.ofBatch(batch.id(), null), entries::add);
    return entries;
  }

  /** Plays the worker: fails those of the given users, and marks the others as provisioned. */
  int work(Map<String, FailureClass> failures) {
    int done = 0;
    List<ClaimedRequest> claims = journal().claim(1000, Duration.ofMinutes(2));
    for (ClaimedRequest claim : claims) {
      String user = claim.request().configuration().get("finance.autotask.username");
      FailureClass failure = failures.get(user);
      if (failure != null) {
        journal().fail(claim, Failure.of(failure, "It went wrong"), true).join();
      } else {
        database
            .database()
            .transaction(connection -> journal().succeed(connection, claim, 900_000 + claim.id()));
      }
      done++;
    }
    return done;
  }

  String archived() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : files("archive")) {
      text.append(Files.readString(file));
    }
    return text.toString();
  }

  List<Path> files(String subfolder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(subfolder))) {
      return files.sorted().toList();
    }
  }

  List<String> names(String subfolder) throws IOException {
    return Folders.names(folder.resolve(subfolder));
  }

  JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Override
  public void close() {
    if (context != null) {
      context.stop();
    }
    database.close();
  }
}
