package io.autotaskprovisioner.provisioning;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.autotask.LoginGuard;
import io.autotaskprovisioner.provisioning.LoginGuardTable.Rejection;
import io.autotaskprovisioner.provisioning.LoginGuardTable.Standing;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guard on the table {@code login_guard}, so that all processes share it and a restart forgets
 * nothing. Thread-safe; only {@link #suspended} and the resuming methods block.
 *
 * <ul>
 *   <li>A rejected user and secret pair is closed for 5 minutes, doubling to an hour; three
 *       rejections of one user within 30 minutes close the user in the same way. An acceptance
 *       clears both.
 *   <li>What Autotask accepted before, the login of a valid instance, is kept back by its own
 *       rejection alone, so that nobody's wrong guesses stop what is at work; its acceptance
 *       forgets none of theirs. Our choice.
 *   <li>A login not proven goes one call at a time within this process; every process reads the
 *       table before it lets one out, so that another can add at most the call it has under way.
 *   <li>A code nothing was accepted with yet lets at most three different logins out at once. Three
 *       different ones rejected and none accepted since the start: the code is suspended until
 *       somebody resumes it. Logins rejected under a suspended code do not stay closed: they open
 *       when the code is resumed, and at once for another code.
 *   <li>A login accepted within the last five minutes costs neither read nor write. Our choice.
 * </ul>
 */
public final class JdbcLoginGuard implements LoginGuard {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcLoginGuard.class);
  private static final DateTimeFormatter UNTIL =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private static final int MAX_REMEMBERED = 50_000;
  private static final int MAX_WAITING_PER_USER = 64;
  // As many as both doors may bring at the start, before the first acceptance.
  private static final int MAX_WAITING_PER_CODE = 4096;
  private static final Duration PROVEN_FOR = Duration.ofMinutes(5);
  private static final Duration SUSPENSION_RETRY = Duration.ofMinutes(1);
  private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(5);
  private static final Duration PURGE_INTERVAL = Duration.ofHours(1);

  private final Database database;
  private final KeyRing keyRing;
  private final Clock clock;
  private final Instant start;
  private final LoginGuardTable table = new LoginGuardTable();

  // Pairs accepted here, and until when that counts.
  private final Cache<String, Instant> proven = cache();
  // Pairs rejected here while the table could not be written, and until when they are closed.
  private final Cache<String, Instant> unrecorded = cache();

  private final CodeTrust trust = new CodeTrust();
  private final Turns users = new Turns(user -> 1, MAX_WAITING_PER_USER);
  private final Turns codes = new Turns(trust::limit, MAX_WAITING_PER_CODE);

  private final AtomicReference<Instant> refreshedAt = new AtomicReference<>(Instant.EPOCH);
  private final AtomicReference<Instant> purgedAt;
  private volatile boolean anySuspended;

  public JdbcLoginGuard(Database database, KeyRing keyRing, Clock clock) {
    this.database = database;
    this.keyRing = keyRing;
    this.clock = clock;
    this.start = now();
    this.purgedAt = new AtomicReference<>(start);
  }

  @Override
  public CompletableFuture<Attempt> enter(LoginCredentials credentials) {
    GuardSubjects login = GuardSubjects.of(keyRing, credentials);
    if (isProven(login)) {
      return CompletableFuture.completedFuture(new Pass(login, false));
    }
    return new Entry(login, credentials.acceptedBefore()).begin();
  }

  /** Keyed hash of the code, in hex, while nothing was accepted with it here; else empty. */
  Optional<String> unproven(String code) {
    return Optional.of(GuardSubjects.codeHash(keyRing, code)).filter(hash -> !trust.isProven(hash));
  }

  /** Codes whose verification pauses, oldest first. Reads the database on the calling thread. */
  public List<SuspendedCode> suspended() {
    List<SuspendedCode> codesNow = database.query(table::suspended);
    anySuspended = !codesNow.isEmpty();
    return codesNow;
  }

  /** Whether any code is suspended, as known some seconds ago. Costs nothing, for readiness. */
  public boolean anySuspended() {
    if (isDue(refreshedAt, REFRESH_INTERVAL)) {
      database
          .read(table::suspended)
          .whenComplete(
              (codesNow, failure) -> {
                if (failure == null) {
                  anySuspended = !codesNow.isEmpty();
                }
              });
    }
    return anySuspended;
  }

  /**
   * Lets verification with the code go on, and forgets the logins that were rejected with it: an
   * operator says by this that the code is in order now. Works on the calling thread.
   *
   * @param codeHash as {@link #suspended} gives it
   * @return false if no such code is suspended
   */
  public boolean resume(String codeHash) {
    if (suspended().stream().noneMatch(code -> code.codeHash().equals(codeHash))) {
      return false;
    }
    boolean resumed = database.transaction(connection -> table.resume(connection, codeHash, now()));
    trust.resumed(codeHash);
    unrecorded.invalidateAll();
    codes.limitChanged(codeHash);
    suspended();
    LOG.info("Integration code {} is resumed", shortened(codeHash));
    return resumed;
  }

  /** Resumes every suspended code; answers how many. Works on the calling thread. */
  public int resumeAll() {
    return (int) suspended().stream().filter(code -> resume(code.codeHash())).count();
  }

  /** One call's way in: its turn for the user, its turn for the code, and what the table says. */
  private final class Entry {

    private final GuardSubjects login;
    private final boolean acceptedBefore;
    private final CompletableFuture<Attempt> result = new CompletableFuture<>();
    private final List<Turns.Turn> turns = new ArrayList<>();
    private final AtomicReference<@Nullable CompletableFuture<?>> waitingFor =
        new AtomicReference<>();

    private Entry(GuardSubjects login, boolean acceptedBefore) {
      this.login = login;
      this.acceptedBefore = acceptedBefore;
    }

    private CompletableFuture<Attempt> begin() {
      result.whenComplete(
          (attempt, failure) -> {
            CompletableFuture<?> place = waitingFor.get();
            if (failure != null && place != null) {
              place.cancel(false);
            }
          });
      turn(users, login.user())
          .thenCompose(
              unused ->
                  isProven(login)
                      ? CompletableFuture.completedFuture(new Standing(null, false, false))
                      : standing())
          .whenComplete(this::decide);
      return result;
    }

    private CompletableFuture<Standing> standing() {
      String code = login.code();
      CompletableFuture<Void> allowed =
          code == null || trust.isProven(code)
              ? CompletableFuture.completedFuture(null)
              : turn(codes, code);
      return allowed.thenCompose(
          unused ->
              database.read(
                  connection -> table.standing(connection, login, acceptedBefore, now())));
    }

    private CompletableFuture<Void> turn(Turns line, String subject) {
      CompletableFuture<Turns.Turn> place = line.take(subject);
      waitingFor.set(place);
      if (result.isDone()) {
        place.cancel(false);
      }
      return place.thenAccept(turns::add);
    }

    private void decide(@Nullable Standing standing, @Nullable Throwable failure) {
      AutotaskException refusal = failure == null ? refusal(login, standing) : null;
      if (failure == null && refusal == null) {
        Pass pass = new Pass(login, standing.known(), turns.toArray(Turns.Turn[]::new));
        if (!result.complete(pass)) {
          pass.undecided();
        }
        return;
      }
      turns.forEach(Turns.Turn::close);
      result.completeExceptionally(failure == null ? refusal : failure);
    }
  }

  /** A call that is out. */
  private final class Pass implements Attempt {

    private final GuardSubjects login;
    private final boolean known;
    private final List<Turns.Turn> turns;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Pass(GuardSubjects login, boolean known, Turns.Turn... turns) {
      this.login = login;
      this.known = known;
      this.turns = List.of(turns);
    }

    @Override
    public void accepted() {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      unrecorded.invalidate(login.pair());
      proven.put(login.pair(), now().plus(PROVEN_FOR));
      proveCode(login.code());
      if (known) {
        database
            .write(connection -> table.clear(connection, login))
            .whenComplete((done, failure) -> warn("An acceptance is not recorded", failure));
      }
      turns.forEach(Turns.Turn::close);
    }

    @Override
    public CompletableFuture<Void> rejected() {
      if (!ended.compareAndSet(false, true)) {
        return CompletableFuture.completedFuture(null);
      }
      Instant at = now();
      proven.invalidate(login.pair());
      boolean codeProven = login.code() == null || trust.isProven(login.code());
      return database
          .write(connection -> table.reject(connection, login, at, start, codeProven))
          .whenComplete(
              (rejection, failure) -> {
                if (failure != null) {
                  unrecorded.put(login.pair(), at.plus(LoginGuardTable.FIRST_CLOSURE));
                } else if (login.code() != null && !rejection.codeProven()) {
                  trust.rejected(login.code(), rejection.rejectedLogins());
                }
                // Only now: the next in line reads what was committed, within the new limit.
                turns.forEach(Turns.Turn::close);
                purgeNowAndThen();
              })
          .thenAccept(rejection -> judged(login, rejection));
    }

    @Override
    public void undecided() {
      if (ended.compareAndSet(false, true)) {
        turns.forEach(Turns.Turn::close);
      }
    }
  }

  private @Nullable AutotaskException refusal(GuardSubjects login, Standing standing) {
    if (standing.codeSuspended()) {
      anySuspended = true;
      return suspension();
    }
    Instant now = now();
    Instant until = unrecorded.getIfPresent(login.pair());
    if (standing.closedUntil() != null
        && (until == null || standing.closedUntil().isAfter(until))) {
      until = standing.closedUntil();
    }
    if (until == null || !until.isAfter(now)) {
      return null;
    }
    return new AutotaskException(
        Kind.LOGIN_CLOSED,
        "Autotask rejected this login before, so that it is held back until %s; nothing was sent."
            .formatted(UNTIL.format(until)),
        null,
        Duration.between(now, until));
  }

  private void judged(GuardSubjects login, Rejection rejection) {
    String code = login.code();
    if (code == null || rejection.codeProven()) {
      return;
    }
    if (rejection.suspendedNow()) {
      LOG.error(
          "Every login tried with integration code {} was rejected: verification with it pauses"
              + " until it is resumed",
          shortened(code));
    }
    if (rejection.codeSuspended()) {
      anySuspended = true;
      throw suspension();
    }
  }

  private void proveCode(@Nullable String code) {
    Instant now = now();
    if (code == null || !trust.accepted(code, now)) {
      return;
    }
    codes.limitChanged(code);
    database
        .write(connection -> table.prove(connection, code, now))
        .whenComplete((done, failure) -> warn("The proof of a code is not recorded", failure));
  }

  private boolean isProven(GuardSubjects login) {
    Instant until = proven.getIfPresent(login.pair());
    return until != null && until.isAfter(now());
  }

  private void purgeNowAndThen() {
    if (isDue(purgedAt, PURGE_INTERVAL)) {
      purge().whenComplete((done, failure) -> warn("Old rejections are not purged", failure));
    }
  }

  private CompletableFuture<Integer> purge() {
    return database
        .write(connection -> table.purge(connection, now()))
        .thenCompose(
            purged ->
                purged == LoginGuardTable.PIECE
                    ? purge()
                    : CompletableFuture.completedFuture(purged));
  }

  private boolean isDue(AtomicReference<Instant> lastTime, Duration interval) {
    Instant last = lastTime.get();
    Instant now = now();
    return !now.isBefore(last.plus(interval)) && lastTime.compareAndSet(last, now);
  }

  /** Microseconds, as the databases keep them. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  static AutotaskException suspension() {
    return new AutotaskException(
        Kind.INTEGRATION_CODE,
        "Every login tried with this integration code was rejected, so that the code is the suspect:"
            + " verification with it pauses until an operator resumes it.",
        null,
        SUSPENSION_RETRY);
  }

  private static void warn(String what, @Nullable Throwable failure) {
    if (failure != null) {
      LOG.warn("{}: {}", what, failure.toString());
    }
  }

  private static String shortened(String hash) {
    return hash.substring(0, 12);
  }

  private static <V> Cache<String, V> cache() {
    return Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();
  }
}
