package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.account.AccountAdministration;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.account.SecretThrottle;
import io.autotaskprovisioner.delivery.Deliveries;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.intake.BatchResults;
import io.autotaskprovisioner.intake.RecentRates;
import io.autotaskprovisioner.intake.RequestNormalizer;
import io.autotaskprovisioner.intake.Uploads;
import io.autotaskprovisioner.journal.Batches;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Replies;
import io.autotaskprovisioner.journal.RequestOutcomes;
import io.autotaskprovisioner.provisioning.JdbcLoginGuard;
import io.autotaskprovisioner.provisioning.SameRequest;
import io.autotaskprovisioner.provisioning.SuspectedRows;
import io.autotaskprovisioner.recovery.Filters;
import io.autotaskprovisioner.schedule.Schedules;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;

/** Builds the HTTP face: the server, the engine behind {@code platform-http} and its steps. */
public final class ApiBeans implements CamelConfiguration {

  private static final Duration SLACK = Duration.ofSeconds(5);

  @Override
  public void configure(CamelContext context) throws Exception {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    ObjectMapper json = new ObjectMapper();
    Connections connections =
        new Connections(
            settings.integer("http.max-connections", 4096, 16, 1_000_000), idleTimeout(settings));
    ApiErrors errors = new ApiErrors(json, connections);
    server(context, settings, errors, connections);

    InstanceAnswers answers =
        new InstanceAnswers(json, registry.findSingleByType(InstanceJson.class));
    Blocking blocking = new Blocking("api-query", 4);
    // What goes over a whole backlog must not stand in the way of a look at it.
    Blocking bulk = new Blocking("api-bulk", 2);
    context.addService(blocking, true, true);
    context.addService(bulk, true, true);
    provisioning(registry, errors, answers, deadline(settings));
    uploads(context, answers);
    instances(registry, answers);
    journal(registry, answers, blocking);
    deliveries(registry, answers, blocking);
    recovery(registry, answers, blocking, bulk);
    verification(registry, answers, blocking);
    schedules(registry, answers, blocking);
    administration(context, answers, blocking);
  }

  private static void server(
      CamelContext context, Settings settings, ApiErrors errors, Connections connections)
      throws Exception {
    Registry registry = context.getRegistry();
    Vertx vertx = registry.findSingleByType(Vertx.class);
    Router router = Router.router(vertx);
    AsyncHttpServer server =
        new AsyncHttpServer(
            vertx,
            new AsyncHttpServer.Options(
                settings.text("http.host", "127.0.0.1"),
                settings.integer("http.port", 8080, 0, 65_535),
                pem(settings, "http.tls.certificate", "http.tls.key"),
                pem(settings, "http.tls.key", "http.tls.certificate"),
                idleTimeout(settings)),
            router,
            errors,
            connections);
    AsyncHttpEngine engine =
        new AsyncHttpEngine(
            router,
            errors,
            CrossOrigin.of(settings),
            limits(settings),
            registry.findSingleByType(Clock.class),
            server);
    registry.bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, engine);
    context.addLifecycleStrategy(
        // The listener is there before the routes and goes after them. Meanwhile a 404 would be a
        // lie.
        new LifecycleStrategySupport() {
          @Override
          public void onContextStarted(CamelContext started) {
            engine.open();
          }

          @Override
          public void onContextStopping(CamelContext stopping) {
            engine.close();
          }
        });
    // Deferred: a port that is taken stops the start after the routes were built.
    context.addService(server, true, false);
  }

  private static AsyncHttpEngine.Limits limits(Settings settings) {
    long bodyLimit = settings.number("http.body-limit", 1 << 20, 1024, 1 << 30);
    long importBodyLimit = settings.number("import.body-limit", 1 << 24, 1024, 1 << 30);
    long largest = Math.max(bodyLimit, importBodyLimit);
    return new AsyncHttpEngine.Limits(
        bodyLimit,
        importBodyLimit,
        settings.number("http.body-memory", Math.max(1 << 26, largest), largest, 1L << 36),
        deadline(settings),
        settings.integer("http.max-concurrent-requests", 2048, 1, 1_000_000));
  }

  /** Both PEM files or none. */
  private static Path pem(Settings settings, String key, String other) {
    if (settings.text(key).isEmpty()) {
      return null;
    }
    if (settings.text(other).isEmpty()) {
      throw new InvalidSettingException(
          "Setting %s is given without %s: https needs both.".formatted(key, other));
    }
    return settings.path(key, "");
  }

  /** Above the deadline: a connection whose request is being worked on is silent, too. */
  private static Duration idleTimeout(Settings settings) {
    Duration idle = settings.duration("http.idle-timeout", Duration.ofSeconds(30));
    Duration least = deadline(settings).plus(SLACK);
    if (idle.compareTo(least) < 0) {
      throw new InvalidSettingException(
          "Setting http.idle-timeout is %ds: give at least %ds, http.deadline and a little."
              .formatted(idle.toSeconds(), least.toSeconds()));
    }
    return idle;
  }

  /** When an HTTP caller is answered whatever happened. */
  static Duration deadline(Settings settings) {
    return settings.duration("http.deadline", Duration.ofSeconds(15));
  }

  private static void provisioning(
      Registry registry, ApiErrors errors, InstanceAnswers answers, Duration deadline) {
    Database database = registry.findSingleByType(Database.class);
    IdempotencyKeys keys =
        new IdempotencyKeys(
            database,
            registry.findSingleByType(KeyRing.class),
            registry.findSingleByType(Clock.class),
            deadline.multipliedBy(2));
    registry.bind(
        "authenticateCaller",
        new AuthenticateCaller(
            registry.findSingleByType(Accounts.class),
            registry.findSingleByType(SecretThrottle.class)));
    registry.bind(
        "refuseWhileTooSlow",
        new RefuseWhileTooSlow(database, registry.findSingleByType(Clock.class)));
    registry.bind(
        "readProvisioningRequest",
        new ReadProvisioningRequest(
            new JsonBody(), registry.findSingleByType(RequestNormalizer.class)));
    registry.bind("reserveIdempotencyKey", new ReserveIdempotencyKey(keys, answers));
    registry.bind("idempotencyKeys", keys);
    registry.bind(
        "findEarlierInstance",
        new FindEarlierInstance(database, registry.findSingleByType(Instances.class)));
    RequestOutcomes outcomes = registry.findSingleByType(RequestOutcomes.class);
    registry.bind(
        "answerWithInstance",
        new AnswerWithInstance(
            answers, keys, registry.findSingleByType(SameRequest.class), outcomes));
    registry.bind("worthAnotherTry", new WorthAnotherTry(registry.findSingleByType(Clock.class)));
    registry.bind("answerWithError", new AnswerWithError(errors, keys, outcomes));
  }

  private static void uploads(CamelContext context, InstanceAnswers answers) throws Exception {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    Uploads uploads = registry.findSingleByType(Uploads.class);
    int maxConcurrent = settings.integer("intake.upload.max-concurrent", 4, 1, 100);
    // One thread for each, so that the slow disk of one holds up no other.
    Blocking spooling = new Blocking("api-upload", maxConcurrent);
    context.addService(spooling, true, true);
    registry.bind(
        "receiveUpload",
        new ReceiveUpload(
            uploads,
            spooling,
            settings.duration("intake.upload.deadline", Duration.ofHours(1)),
            maxConcurrent));
    registry.bind(
        "beginBatch",
        new BeginBatch(
            uploads,
            registry.findSingleByType(IdempotencyKeys.class),
            answers,
            registry.findSingleByType(Clock.class),
            spooling));
  }

  private static void instances(Registry registry, InstanceAnswers answers) {
    InstanceOperations operations =
        new InstanceOperations(
            registry.findSingleByType(Database.class),
            registry.findSingleByType(Instances.class),
            answers);
    bind(registry, "getInstance", operations::get);
    bind(registry, "getTenant", operations::tenant);
  }

  private static void journal(Registry registry, InstanceAnswers answers, Blocking blocking) {
    JournalOperations operations =
        new JournalOperations(
            registry.findSingleByType(Journal.class),
            registry.findSingleByType(Batches.class),
            answers,
            registry.findSingleByType(RecentRates.class),
            registry.findSingleByType(Clock.class),
            registry.findSingleByType(Filters.class),
            blocking);
    bind(registry, "listBatches", operations::listBatches);
    bind(registry, "getBatch", operations::getBatch);
    bind(registry, "listBatchFailures", operations::listBatchFailures);
    bind(registry, "listRequests", operations::listRequests);
    bind(registry, "getRequest", operations::getRequest);
    bind(registry, "retryRequest", operations::retryRequest);
    bind(registry, "discardRequest", operations::discardRequest);
    BatchOperations batchOperations =
        new BatchOperations(
            registry.findSingleByType(Batches.class),
            registry.findSingleByType(BatchResults.class),
            registry.findSingleByType(RecentRates.class),
            answers,
            registry.findSingleByType(Clock.class),
            blocking);
    bind(registry, "getBatchResult", batchOperations::result);
    bind(registry, "cancelBatch", batchOperations::cancel);
    bind(registry, "endBatchReading", batchOperations::end);
  }

  private static void recovery(
      Registry registry, InstanceAnswers answers, Blocking blocking, Blocking bulk) {
    BulkOperations operations = new BulkOperations(registry, answers, blocking, bulk);
    bind(registry, "retryRequests", operations::retryRequests);
    bind(registry, "retryBatch", operations::retryBatch);
    bind(registry, "discardRequests", operations::discardRequests);
    bind(registry, "discardSuspended", operations::discardSuspended);
    bind(registry, "redeliverAll", operations::redeliver);
    bind(registry, "discardDeliveries", operations::discardDeliveries);
    bind(registry, "discardOfDestination", operations::discardOfDestination);
    bind(registry, "retryReplies", operations::retryReplies);
    bind(registry, "discardReplies", operations::discardReplies);
    bind(registry, "listOperations", operations::list);
    bind(registry, "getOperation", operations::get);
    bind(registry, "cancelOperation", operations::cancel);
    ReplyOperations replies =
        new ReplyOperations(
            registry.findSingleByType(Replies.class),
            registry.findSingleByType(Filters.class),
            answers,
            blocking);
    bind(registry, "listReplies", replies::list);
  }

  private static void deliveries(Registry registry, InstanceAnswers answers, Blocking blocking) {
    DeliveryOperations operations =
        new DeliveryOperations(
            registry.findSingleByType(Deliveries.class),
            registry.findSingleByType(Filters.class),
            answers,
            blocking);
    bind(registry, "listDeliveries", operations::list);
    bind(registry, "getDelivery", operations::get);
    bind(registry, "redeliver", operations::redeliver);
    bind(registry, "discardDelivery", operations::discard);
    DestinationOperations destinations =
        new DestinationOperations(registry.findSingleByType(Deliveries.class), answers, blocking);
    bind(registry, "listDestinations", destinations::list);
    bind(registry, "enableDestination", destinations::enable);
  }

  private static void verification(Registry registry, InstanceAnswers answers, Blocking blocking) {
    VerificationOperations operations =
        new VerificationOperations(
            registry.findSingleByType(JdbcLoginGuard.class),
            registry.findSingleByType(SuspectedRows.class),
            registry.findSingleByType(Journal.class),
            answers,
            blocking);
    bind(registry, "listSuspendedCodes", operations::suspended);
    bind(registry, "resumeVerification", operations::resume);
    bind(registry, "resumeSuspendedCode", operations::resumeOne);
  }

  private static void schedules(Registry registry, InstanceAnswers answers, Blocking blocking) {
    ScheduleOperations operations =
        new ScheduleOperations(registry.findSingleByType(Schedules.class), answers, blocking);
    bind(registry, "listSchedules", operations::list);
    bind(registry, "runScheduleNow", operations::runNow);
  }

  private static void administration(
      CamelContext context, InstanceAnswers answers, Blocking blocking) {
    Registry registry = context.getRegistry();
    AccountOperations accounts =
        new AccountOperations(
            registry.findSingleByType(AccountAdministration.class), answers, blocking);
    bind(registry, "listAccounts", accounts::list);
    bind(registry, "createAccount", accounts::create);
    bind(registry, "disableAccount", accounts::disable);
    bind(registry, "enableAccount", accounts::enable);
    bind(registry, "rotateAccount", accounts::rotate);
    StatusOperations status =
        new StatusOperations(registry, answers, blocking, new Readiness(context)::json);
    bind(registry, "getStatus", status::get);
  }

  private static void bind(Registry registry, String name, ApiOperation operation) {
    registry.bind(name, operation.asStep());
  }
}
