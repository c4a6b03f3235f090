package io.autotaskprovisioner.intake;

import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.RepeatedWork;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the doors that read files, and what writes their results. */
public final class IntakeBeans implements CamelConfiguration {

  /** How soon a file is settled after the database answers again. */
  private static final Duration SETTLING_INTERVAL = Duration.ofSeconds(1);

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
            () -> context.isStopping() || context.isStopped());
    DropReadiness readiness = new DropReadiness(minimumAge, System::nanoTime);
    registry.bind("dropReadiness", readiness);
    registry.bind("fileSteps", new FileSteps());
    FileDoor dropped = doors.open(Door.FILE, folders.inbox(), readiness);
    registry.bind("fileDoor", dropped);
    DropReadiness scheduledReadiness = new DropReadiness(minimumAge, System::nanoTime);
    registry.bind(
        "scheduledFolder",
        new ScheduledFolder(folders.scheduled(), scheduledReadiness, minimumAge));
    FileDoor scheduled = doors.open(Door.SCHEDULE, folders.scheduled(), scheduledReadiness);
    registry.bind("scheduledFileDoor", scheduled);
    Runnable settleUploads = uploads(settings, registry, doors, readers);
    context.addService(
        new RepeatedWork(
            "files-settling",
            SETTLING_INTERVAL,
            () -> {
              dropped.settle();
              scheduled.settle();
              settleUploads.run();
            }),
        true,
        true);
    registry.bind("batchResults", new BatchResults(folders.results()));
    RecentRates rates = new RecentRates(registry.findSingleByType(Clock.class));
    registry.bind("recentRates", rates);
    context.addService(resultFiles(settings, registry, folders, rates), true, true);
  }

  /** Answers what ends uploads whose outcome the database left open. */
  private static Runnable uploads(
      Settings settings, Registry registry, FileDoors doors, RecordReaders readers) {
    Path folder = Uploads.prepareFolder(settings.path("data.directory", "data"));
    Uploads uploads =
        new Uploads(
            folder,
            doors.charset(),
            settings.number("intake.upload.max-size", 10L << 30, 1, Long.MAX_VALUE),
            () -> folder.toFile().getUsableSpace(),
            doors.batches(),
            readers);
    registry.bind("uploads", uploads);
    DropReadiness readiness = new DropReadiness(Duration.ZERO, System::nanoTime);
    registry.bind("uploadReadiness", readiness);
    FileDoor door = doors.open(uploads, folder, readiness);
    registry.bind("uploadFileDoor", door);
    return () -> {
      uploads.settle();
      door.settle();
    };
  }

  private static ResultFiles resultFiles(
      Settings settings, Registry registry, IntakeFolders folders, RecentRates rates) {
    Journal journal = registry.findSingleByType(Journal.class);
    return new ResultFiles(
        folders.results(),
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
        new AbandonedReadings(
            Map.of(Door.FILE, folders.inbox(), Door.SCHEDULE, folders.scheduled()),
            charset(settings),
            registry.findSingleByType(Batches.class),
            registry.findSingleByType(Clock.class)),
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
