package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.FileLeases;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.ResultLeases;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.RepeatedWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.Registry;

/** Builds the doors that read files, and what writes their results. */
public final class IntakeBeans implements CamelConfiguration {

  /** How soon what somebody left half done is ended after the database answers again. */
  private static final Duration RECOVERY_INTERVAL = Duration.ofSeconds(1);

  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);

  /** Our choice: whoever has begun to write a file and not gone on for so long is dead. */
  private static final Duration UNTOUCHED = Duration.ofDays(1);

  private static final int MIN_RECORD_LIMIT = 1_024;
  private static final int MAX_RECORD_LIMIT = 16 * 1_048_576;

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    ElementCatalogue catalogue = registry.findSingleByType(ElementCatalogue.class);
    Journal journal = registry.findSingleByType(Journal.class);
    Batches batches = registry.findSingleByType(Batches.class);
    RequestNormalizer normalizer = new RequestNormalizer(catalogue);
    registry.bind("requestNormalizer", normalizer);
    registry.bind("recordAcceptance", new RecordAcceptance(journal));

    IntakeFolders folders = IntakeFolders.prepare(settings);
    boolean keepsCopy =
        settings
            .choice("intake.file.after-reading", "archive", "archive", "delete")
            .equalsIgnoreCase("archive");
    Duration minimumAge = settings.duration("intake.file.minimum-age", Duration.ofSeconds(2));
    Node node = Node.of(settings.path("data.directory", "data"));
    context.addService(node, true, true);
    Database database = registry.findSingleByType(Database.class);
    Duration lease = settings.duration("intake.lease", Duration.ofMinutes(2));
    if (lease.compareTo(SHORTEST_LEASE) < 0) {
      throw new InvalidSettingException("Setting intake.lease must be 3s or more.");
    }
    FileLeases leases = new FileLeases(database, node.id(), lease);
    ResultLeases resultLeases = new ResultLeases(database, node.id(), lease);
    leases.forget();
    resultLeases.forget();
    context.addService(
        new RepeatedWork(
            "intake-leases",
            lease.dividedBy(3),
            () -> {
              leases.renew();
              resultLeases.renew();
            }),
        true,
        true);
    SharedFolder results = SharedFolder.of(IntakeFolders.RESULTS, folders.results());
    SecretMask mask = new SecretMask(catalogue);
    RecordReaders readers = readers(settings, catalogue, mask);
    registry.bind(
        "messageRecords", new MessageRecords(owner(settings, registry), readers, normalizer, mask));
    FileDoors doors =
        new FileDoors(
            owner(settings, registry),
            charset(settings),
            settings.integer("intake.file.chunk-size", 500, 1, 10_000),
            batches,
            readers,
            normalizer,
            mask,
            keepsCopy ? folders.archive() : null,
            results,
            node.process(),
            leases,
            () -> context.isStopping() || context.isStopped());
    DropReadiness readiness = new DropReadiness(minimumAge, System::nanoTime);
    registry.bind("dropReadiness", readiness);
    registry.bind("fileSteps", new FileSteps());
    SharedFolder inbox = SharedFolder.of(IntakeFolders.INBOX, folders.inbox());
    FileDoor fileDoor = doors.open(Door.FILE, inbox, readiness);
    registry.bind("fileDoor", fileDoor);
    DropReadiness scheduledReadiness = new DropReadiness(minimumAge, System::nanoTime);
    registry.bind(
        "scheduledFolder",
        new ScheduledFolder(folders.scheduled(), scheduledReadiness, minimumAge, lease));
    SharedFolder scheduled = SharedFolder.of(IntakeFolders.SCHEDULED, folders.scheduled());
    FileDoor scheduledDoor = doors.open(Door.SCHEDULE, scheduled, scheduledReadiness);
    registry.bind("scheduledFileDoor", scheduledDoor);
    Instant longAgo = registry.findSingleByType(Clock.class).instant().minus(UNTOUCHED);
    for (Path written : List.of(folders.archive(), folders.results(), folders.uploads())) {
      AtomicFile.removeLeftovers(written, node.id(), longAgo);
    }
    context.getPropertiesComponent().addPropertiesFunction(new FolderFunction(folders.uploads()));
    SharedFolder uploadFolder = SharedFolder.of(IntakeFolders.UPLOADS, folders.uploads());
    Uploads uploads = uploads(settings, registry, doors, readers, uploadFolder);
    FileDoor uploadDoor = registry.lookupByNameAndType("uploadFileDoor", FileDoor.class);
    registry.bind("batchResults", new BatchResults(folders.results()));
    RecentRates rates = new RecentRates(registry.findSingleByType(Clock.class));
    registry.bind("recentRates", rates);
    AbandonedReadings abandoned =
        new AbandonedReadings(
            Map.of(Door.FILE, inbox, Door.SCHEDULE, scheduled, Door.UPLOAD, uploadFolder),
            uploads,
            doors.charset(),
            batches,
            leases,
            registry.findSingleByType(Clock.class));
    context.addService(
        new RepeatedWork(
            "files-recovery",
            RECOVERY_INTERVAL,
            () ->
                recover(
                    List.of(
                        uploads::recover,
                        fileDoor::recover,
                        scheduledDoor::recover,
                        uploadDoor::recover))),
        true,
        true);
    context.addService(
        resultFiles(settings, registry, results, resultLeases, node, abandoned, rates), true, true);
  }

  @FunctionalInterface
  private interface Recovery {
    void recover() throws IOException;
  }

  /** Each, whatever becomes of the others: a folder may be away. */
  private static void recover(List<Recovery> recoveries) {
    IOException failure = null;
    for (Recovery recovery : recoveries) {
      try {
        recovery.recover();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw new UncheckedIOException(failure);
    }
  }

  /** {@code {{folder:uploads}}} in a route: the folder of uploads, whatever its default is. */
  private record FolderFunction(Path uploads) implements PropertiesFunction {

    @Override
    public String getName() {
      return "folder";
    }

    @Override
    public String apply(String folder) {
      if (!folder.equals("uploads")) {
        throw new IllegalArgumentException("There is no folder " + folder);
      }
      return uploads.toString();
    }
  }

  private static Uploads uploads(
      Settings settings,
      Registry registry,
      FileDoors doors,
      RecordReaders readers,
      SharedFolder folder)
      throws IOException {
    Uploads uploads =
        new Uploads(
            folder,
            doors.results(),
            doors.process(),
            doors.leases(),
            doors.charset(),
            settings.number("intake.upload.max-size", 10L << 30, 1, Long.MAX_VALUE),
            () -> folder.path().toFile().getUsableSpace(),
            doors.batches(),
            readers);
    registry.bind("uploads", uploads);
    DropReadiness readiness = new DropReadiness(Duration.ZERO, System::nanoTime);
    registry.bind("uploadReadiness", readiness);
    registry.bind("uploadFileDoor", doors.open(uploads, folder, readiness));
    return uploads;
  }

  private static ResultFiles resultFiles(
      Settings settings,
      Registry registry,
      SharedFolder folder,
      ResultLeases leases,
      Node node,
      AbandonedReadings abandoned,
      RecentRates rates) {
    Journal journal = registry.findSingleByType(Journal.class);
    return new ResultFiles(
        folder,
        node.process(),
        leases,
        abandoned,
        settings.duration("intake.results.refresh-interval", Duration.ofSeconds(3)),
        journal,
        registry.findSingleByType(Batches.class),
        registry.findSingleByType(ElementCatalogue.class),
        new SucceededLines(
            journal,
            registry.findSingleByType(Database.class),
            registry.findSingleByType(Instances.class),
            registry.findSingleByType(InstanceJson.class),
            settings.flag("intake.results.include-token", false)),
        rates,
        registry.findSingleByType(Clock.class));
  }

  private static long owner(Settings settings, Registry registry) {
    Accounts accounts = registry.findSingleByType(Accounts.class);
    if (settings.text("intake.account").isEmpty()) {
      return accounts
          .first()
          .map(Account::id)
          .orElseThrow(() -> new IllegalStateException("There is no account"));
    }
    long id = settings.number("intake.account", 0, 1, Long.MAX_VALUE);
    if (accounts.find(id).isEmpty()) {
      throw new InvalidSettingException(
          "Setting intake.account is %d: give the id of an account that exists.".formatted(id));
    }
    return id;
  }

  static RecordReaders readers(Settings settings, ElementCatalogue catalogue, SecretMask mask) {
    return new RecordReaders(
        catalogue,
        mask,
        settings.integer("intake.record-limit", 1_048_576, MIN_RECORD_LIMIT, MAX_RECORD_LIMIT));
  }

  static Charset charset(Settings settings) {
    String name = settings.text("intake.file.charset", "UTF-8");
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new InvalidSettingException(
          "Setting intake.file.charset is '%s': give a character set such as UTF-8, UTF-16 or windows-1252."
              .formatted(name),
          e);
    }
  }
}
