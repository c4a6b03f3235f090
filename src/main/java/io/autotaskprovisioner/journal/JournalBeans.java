package io.autotaskprovisioner.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.RepeatedWork;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds the journal, its batches and the cleaning of what failed long ago. */
public final class JournalBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    bindTables(context);
    JournalGauges.register(
        registry.findSingleByType(MeterRegistry.class), registry.findSingleByType(Journal.class));
    Database database = registry.findSingleByType(Database.class);
    Clock clock = registry.findSingleByType(Clock.class);
    BatchCancellation cancellation = new BatchCancellation(database, clock);
    JournalCleaning cleaning =
        new JournalCleaning(
            database,
            clock,
            new Settings(context)
                .duration("journal.failed-payload-retention", Duration.ofDays(30)));
    context.addService(
        new RepeatedWork("batch-cancellation", Duration.ofSeconds(1), cancellation::discardWaiting),
        true,
        true);
    context.addService(
        new RepeatedWork("journal-cleaning", Duration.ofHours(1), cleaning::clean), true, true);
  }

  /** Binds {@code journal} and {@code batches} alone, for a process that works on neither. */
  public static void bindTables(CamelContext context) {
    Registry registry = context.getRegistry();
    Database database = registry.findSingleByType(Database.class);
    Clock clock = registry.findSingleByType(Clock.class);
    RequestOutcomes outcomes = new RequestOutcomes(registry.findSingleByType(MeterRegistry.class));
    registry.bind("requestOutcomes", outcomes);
    registry.bind(
        "journal",
        journal(
            database,
            clock,
            registry.findSingleByType(KeyRing.class),
            registry.findSingleByType(ElementCatalogue.class),
            retryPolicy(new Settings(context)),
            outcomes));
    registry.bind("replies", new JdbcReplies(database, clock));
    registry.bind("batches", new JdbcBatches(database, clock));
  }

  /** Puts the parts of the journal together. */
  static Journal journal(
      Database database,
      Clock clock,
      KeyRing keyRing,
      ElementCatalogue catalogue,
      RetryPolicy retryPolicy,
      RequestOutcomes outcomes) {
    ObjectMapper json = new ObjectMapper();
    SealedPayloads payloads = new SealedPayloads(json, keyRing);
    RowPreparation preparation =
        new RowPreparation(
            new StoredSecrets(payloads, catalogue),
            payloads,
            new PayloadHash(json, keyRing, catalogue),
            new IdempotencyKey(keyRing),
            new MessageKey(keyRing),
            catalogue);
    return new JdbcJournal(database, clock, preparation, payloads, retryPolicy, outcomes);
  }

  private static RetryPolicy retryPolicy(Settings settings) {
    Duration first = settings.duration("provisioning.retry.first-delay", Duration.ofSeconds(5));
    Duration max = settings.duration("provisioning.retry.max-delay", Duration.ofMinutes(15));
    Duration giveUp = settings.duration("provisioning.retry.give-up-after", Duration.ofHours(24));
    if (first.isZero() || max.compareTo(first) < 0) {
      throw new InvalidSettingException(
          "Setting provisioning.retry.first-delay must be more than 0 and at most"
              + " provisioning.retry.max-delay.");
    }
    return new RetryPolicy(first, max, giveUp, new Random());
  }
}
