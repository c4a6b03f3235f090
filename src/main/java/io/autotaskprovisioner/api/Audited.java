package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Buckets;
import io.autotaskprovisioner.audit.AuditEnd;
import io.autotaskprovisioner.audit.AuditOrigin;
import io.autotaskprovisioner.audit.AuditOutcome;
import io.autotaskprovisioner.audit.AuditTrail;
import io.autotaskprovisioner.audit.AuditedAct;
import io.autotaskprovisioner.recovery.Filters;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes administrative acts down. The row comes before the act and gets its outcome after it: an
 * act that cannot be written down is not done, and one whose end is not known stays {@code BEGUN}.
 * Thread-safe.
 *
 * <p>What a member tries that is an administrator's is refused here and written down, too. Our
 * choice: of one account at most 20 such rows at once and one a minute from then on, so that nobody
 * fills the table with refusals.
 */
final class Audited {

  private static final Logger LOG = LoggerFactory.getLogger(Audited.class);
  private static final int REFUSALS = 20;
  private static final Duration REFUSAL_EVERY = Duration.ofMinutes(1);

  /** The parameters that say which. */
  private static final Set<String> FILTERS = filters();

  /** Those that hold whatever somebody looks for: that they were given is told, not what. */
  private static final Set<String> FREE_TEXT = Set.of("text", "error", "name");

  /** Acts whose target has no id before they are done. */
  private static final Set<AuditedAct> CREATING =
      EnumSet.of(
          AuditedAct.ACCOUNT_CREATE,
          AuditedAct.IMPORT_BEGIN,
          AuditedAct.KEY_ADD,
          AuditedAct.BACKUP_CREATE);

  /** What answers call the number of things that changed. */
  private static final List<String> COUNTS =
      List.of("retried", "redelivered", "discarded", "resumed", "resealed");

  private final AuditTrail trail;
  private final Buckets refusals;
  private final ObjectMapper json = new ObjectMapper();

  Audited(AuditTrail trail, Clock clock) {
    this.trail = trail;
    this.refusals = new Buckets(REFUSALS, REFUSAL_EVERY, clock);
  }

  /** The step of a route, as the account and from the address of its request. */
  ApiStep step(AuditedAct act, ApiStep step) {
    return new ApiStep() {
      @Override
      CompletableFuture<?> run(Exchange exchange, ApiRequest request) {
        Account caller = AuthenticateCaller.callerOf(exchange);
        String address = exchange.getProperty(ApiRequest.PEER, String.class);
        AuditOrigin origin = new AuditOrigin(caller.id(), address, request.requestId());
        return written(
            act,
            origin,
            request,
            caller,
            () ->
                step.run(exchange, request)
                    .thenApply(done -> exchange.getMessage().getBody(ApiAnswer.class)));
      }
    };
  }

  /** The operation as a command does it on the database itself. */
  ApiOperation ofCommandLine(AuditedAct act, ApiOperation operation) {
    return (request, caller) ->
        written(
            act,
            AuditOrigin.commandLine(),
            request,
            caller,
            () -> operation.answer(request, caller));
  }

  private CompletableFuture<ApiAnswer> written(
      AuditedAct act,
      AuditOrigin origin,
      ApiRequest request,
      Account caller,
      Callable<CompletableFuture<ApiAnswer>> doing) {
    String target = target(request);
    if (act.isForAdministrators() && !caller.isAdmin()) {
      return refused(act, origin, target, caller);
    }
    if (request.queryFlag("dryRun", false)) {
      return done(doing);
    }
    return trail
        .begin(act, origin, target)
        .thenComposeAsync(
            row ->
                done(doing)
                    .handle((answer, failure) -> ended(row, act, answer, failure))
                    .thenCompose(answer -> answer),
            AuthenticateCaller.callersThread());
  }

  private CompletableFuture<ApiAnswer> refused(
      AuditedAct act, AuditOrigin origin, @Nullable String target, Account caller) {
    ApiException refusal = AuthenticateCaller.notAdministrator();
    if (refusals.take(Long.toString(caller.id())).isPresent()) {
      return CompletableFuture.failedFuture(refusal);
    }
    return trail
        .record(act, origin, new AuditEnd(AuditOutcome.REFUSED, refusal.statusCode(), null, target))
        .thenCompose(written -> CompletableFuture.failedFuture(refusal));
  }

  private static CompletableFuture<ApiAnswer> done(Callable<CompletableFuture<ApiAnswer>> doing) {
    try {
      return doing.call();
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Tells the end, and then what was to be told in any case. */
  private CompletableFuture<ApiAnswer> ended(
      long row, AuditedAct act, @Nullable ApiAnswer answer, @Nullable Throwable failure) {
    AuditEnd end = answer == null ? endOf(failure) : endOf(act, answer);
    return trail
        .end(row, end)
        .exceptionally(
            e -> {
              LOG.warn("The end of act {} ({}) is not written down", row, end.outcome(), e);
              return null;
            })
        .thenCompose(
            written ->
                answer == null
                    ? CompletableFuture.failedFuture(failure)
                    : CompletableFuture.completedFuture(answer));
  }

  private AuditEnd endOf(AuditedAct act, ApiAnswer answer) {
    JsonNode body = body(answer);
    boolean done = answer.statusCode() < 400;
    return new AuditEnd(
        done ? AuditOutcome.DONE : AuditOutcome.REFUSED,
        answer.statusCode(),
        affected(body),
        done && CREATING.contains(act) ? created(body) : null);
  }

  private static AuditEnd endOf(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof ApiException refused && refused.statusCode() < 500
        ? new AuditEnd(AuditOutcome.REFUSED, refused.statusCode(), null, null)
        : AuditEnd.failed();
  }

  /** The id or the name in the path, else what of the query chooses. */
  private static @Nullable String target(ApiRequest request) {
    Optional<String> named =
        request.pathParameters().values().stream()
            .findFirst()
            .map(name -> name + query(request).map(query -> "?" + query).orElse(""));
    return named.or(() -> query(request)).orElse(null);
  }

  private static Optional<String> query(ApiRequest request) {
    String query =
        FILTERS.stream()
            .filter(name -> request.query().contains(name))
            .map(name -> name + "=" + (FREE_TEXT.contains(name) ? "…" : request.query().get(name)))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? Optional.empty() : Optional.of(query);
  }

  private static Set<String> filters() {
    Set<String> filters = new TreeSet<>(List.of("account", "ratePerSecond"));
    filters.addAll(Filters.OF_REQUESTS);
    filters.addAll(Filters.OF_DELIVERIES);
    filters.addAll(Filters.OF_REPLIES);
    return filters;
  }

  /** The id or the name of what was created. */
  private static @Nullable String created(JsonNode body) {
    return body.path("id").asText(body.path("name").asText(null));
  }

  private static @Nullable Long affected(JsonNode body) {
    return COUNTS.stream()
        .map(body::path)
        .filter(JsonNode::isIntegralNumber)
        .map(JsonNode::longValue)
        .findFirst()
        .orElse(null);
  }

  private JsonNode body(ApiAnswer answer) {
    try {
      return json.readTree(answer.body());
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }
}
