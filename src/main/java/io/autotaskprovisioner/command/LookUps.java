package io.autotaskprovisioner.command;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.LoginCheck;
import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.provisioning.AutotaskFailures;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Asks for each login of a file once, a few at a time. Gives up when Autotask does not answer
 * several times in a row: the rest of the file is checked without it. To be used by one thread.
 */
final class LookUps {

  /**
   * Our choice: bounds the memory; a login that comes again behind so many others is asked anew.
   */
  private static final int REMEMBERED = 100_000;

  private static final int UNANSWERED_IN_A_ROW = 5;

  /** What speaks of the login; anything else speaks of Autotask or the way to it. */
  private static final Set<AutotaskException.Kind> OF_THE_LOGIN =
      Set.of(AutotaskException.Kind.UNKNOWN_LOGIN, AutotaskException.Kind.HOST_NOT_ALLOWED);

  private final LoginCheck logins;
  private final boolean ask;
  private final Semaphore slots;
  private final Cache<String, CompletableFuture<Optional<Failure>>> asked =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();
  private final AtomicInteger unansweredInARow = new AtomicInteger();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicReference<String> trouble = new AtomicReference<>();

  /**
   * @param ask false to send nothing
   */
  LookUps(LoginCheck logins, boolean ask) {
    this.logins = logins;
    this.ask = ask;
    this.slots = new Semaphore(logins.maxConcurrentLookUps());
  }

  /** Why the login would fail; empty where nothing speaks against it. Waits for a free slot. */
  CompletableFuture<Optional<Failure>> problem(LoginCredentials credentials) {
    try {
      logins.check(credentials);
    } catch (AutotaskException e) {
      return CompletableFuture.completedFuture(Optional.of(AutotaskFailures.of(e)));
    }
    if (!ask) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    // The server URL counts: an unknown login is asked for again in its region.
    String key =
        credentials.userName().toLowerCase(Locale.ROOT) + "\n" + credentials.serverUrl().strip();
    return asked.get(key, unused -> lookUp(credentials));
  }

  /** How many logins Autotask could not be asked about. */
  long unanswered() {
    return unanswered.get();
  }

  /** Why, for people; empty where it answered for all. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble.get());
  }

  private CompletableFuture<Optional<Failure>> lookUp(LoginCredentials credentials) {
    slots.acquireUninterruptibly();
    if (unansweredInARow.get() >= UNANSWERED_IN_A_ROW) {
      slots.release();
      unanswered.incrementAndGet();
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return logins
        .lookUp(credentials)
        .handle(
            (unused, failure) -> {
              slots.release();
              return failure == null ? known() : unknown(failure);
            });
  }

  private Optional<Failure> known() {
    unansweredInARow.set(0);
    return Optional.empty();
  }

  private Optional<Failure> unknown(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof AutotaskException e && OF_THE_LOGIN.contains(e.kind())) {
      unansweredInARow.set(0);
      return Optional.of(AutotaskFailures.of(e));
    }
    unansweredInARow.incrementAndGet();
    unanswered.incrementAndGet();
    trouble.set(cause.getMessage());
    return Optional.empty();
  }
}
