package io.autotaskprovisioner.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.autotaskprovisioner.autotask.AutotaskException;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.autotask.LoginGuard.Attempt;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.SqlWork;
import io.autotaskprovisioner.storage.StorageException;
import io.autotaskprovisioner.support.ForwardingDatabase;
import io.autotaskprovisioner.support.MutableClock;
import io.autotaskprovisioner.support.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guard promises, on every database. */
@Timeout(30)
abstract class LoginGuardSuite {

  private static final String CODE = "GOODCODE";

  private final MutableClock clock = MutableClock.standing();
  private TestDatabase database;
  private JdbcLoginGuard guard;

  abstract TestDatabase openDatabase();

  @BeforeEach
  void open() {
    database = openDatabase();
    guard = newGuard();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void a_rejected_pair_closes_for_five_minutes_and_doubles_to_an_hour() {
    acceptSomebody();
    for (int minutes : List.of(5, 10, 20, 40, 60, 60)) {
      reject("a", "wrong");
      assertThat(closedFor("a", "wrong")).isEqualTo(Duration.ofMinutes(minutes));
      // An hour more each time, so that three rejections never meet within thirty minutes.
      clock.advance(Duration.ofMinutes(minutes).minusMillis(1));
      assertThat(closedFor("a", "wrong")).isEqualTo(Duration.ofMillis(1));
      clock.advance(Duration.ofMillis(1));
      assertThat(isOpen("a", "wrong")).isTrue();
      clock.advance(Duration.ofMinutes(16));
    }
  }

  @Test
  void another_secret_of_the_same_user_is_open_until_the_third_rejection() {
    acceptSomebody();
    reject("a", "wrong1");
    reject("a", "wrong2");
    assertThat(isOpen("a", "right")).isTrue();

    reject("A", "wrong3");

    assertThat(closedFor("a", "right")).isEqualTo(Duration.ofMinutes(5));
    clock.advance(Duration.ofMinutes(5));
    reject("a", "wrong4");
    assertThat(closedFor("a", "right")).as("doubled").isEqualTo(Duration.ofMinutes(10));
    assertThat(isOpen("b", "right")).as("another user").isTrue();
  }

  @Test
  void a_login_rejected_with_another_code_stays_open_with_the_code_it_works_with() {
    acceptSomebody();
    enter("a", "right").accepted();

    Attempt wrongCode = guard.enter(login("a", "right", "WRONGCODE")).join();
    wrongCode.rejected().orTimeout(10, TimeUnit.SECONDS).join();

    assertThat(refusal(guard, login("a", "right", "WRONGCODE")).kind())
        .isEqualTo(Kind.LOGIN_CLOSED);
    assertThat(isOpen("a", "right")).isTrue();
    guard = newGuard();
    assertThat(isOpen("a", "right")).as("in another process, too").isTrue();
  }

  @Test
  void what_was_accepted_before_is_kept_back_by_its_own_rejection_alone() {
    acceptSomebody();
    reject("a", "wrong1");
    reject("a", "wrong2");
    reject("a", "wrong3");
    assertThat(isOpen("a", "right")).isFalse();

    guard.enter(login("a", "right", CODE).acceptedBefore(true)).join().accepted();

    guard = newGuard();
    assertThat(isOpen("a", "wrong4")).as("the guesses still count").isFalse();
    Attempt changedMeanwhile = guard.enter(login("a", "right", CODE).acceptedBefore(true)).join();
    changedMeanwhile.rejected().orTimeout(10, TimeUnit.SECONDS).join();
    assertThat(refusal(guard, login("a", "right", CODE).acceptedBefore(true)).kind())
        .isEqualTo(Kind.LOGIN_CLOSED);
  }

  @Test
  void three_rejections_in_more_than_thirty_minutes_do_not_close_the_user() {
    acceptSomebody();
    reject("a", "wrong1");
    clock.advance(Duration.ofMinutes(16));
    reject("a", "wrong2");
    clock.advance(Duration.ofMinutes(15));
    reject("a", "wrong3");
    assertThat(isOpen("a", "right")).isTrue();

    clock.advance(Duration.ofMinutes(14));
    reject("a", "wrong4");
    assertThat(isOpen("a", "right")).as("2, 3 and 4 lie within thirty").isFalse();
  }

  @Test
  void an_acceptance_clears_what_was_counted() {
    acceptSomebody();
    reject("a", "wrong1");
    reject("a", "wrong2");

    enter("a", "right").accepted();
    await().untilAsserted(() -> assertThat(rows("USER")).isZero());

    reject("a", "wrong3");
    assertThat(newGuard().enter(login("a", "right", CODE)).join()).isNotNull();
  }

  @Test
  void a_restart_and_another_process_know_what_was_rejected() {
    acceptSomebody();
    reject("a", "wrong");

    database.restart();
    guard = newGuard();

    assertThat(closedFor("a", "wrong")).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void a_closed_login_is_told_until_when_and_that_nothing_was_sent() {
    acceptSomebody();
    reject("a", "s3cret");

    AutotaskException closed = refusal(guard, login("a", "s3cret", CODE));

    assertThat(closed)
        .hasMessageContaining("until 10:05:01 UTC")
        .hasMessageContaining("nothing was sent")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void a_rejection_is_committed_before_it_is_reported() {
    acceptSomebody();
    Attempt attempt = enter("a", "wrong");

    CompletableFuture<Void> told =
        attempt.rejected().thenRun(() -> assertThat(rows("PAIR")).isEqualTo(1));

    assertThat(told).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void a_rejection_that_the_database_refuses_is_no_report_and_still_closes_the_pair() {
    FailingWrites failing = new FailingWrites(database.database());
    guard = new JdbcLoginGuard(failing, database.keyRing(), clock);
    Attempt attempt = enter("a", "wrong");
    failing.fail.set(true);

    assertThat(catchThrowable(() -> attempt.rejected().join()))
        .hasRootCauseInstanceOf(SQLException.class);

    failing.fail.set(false);
    assertThat(closedFor("a", "wrong")).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void an_unproven_login_goes_one_at_a_time_and_the_next_ones_learn_of_the_rejection() {
    acceptSomebody();
    Attempt first = enter("a", "wrong");
    List<CompletableFuture<Attempt>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(guard.enter(login("a", "wrong", CODE)));
    }
    assertThat(isOpen("b", "right")).as("another user is not kept back").isTrue();
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    first.rejected().join();

    for (CompletableFuture<Attempt> each : waiting) {
      assertThat(kindOf(each)).isEqualTo(Kind.LOGIN_CLOSED);
    }
  }

  @Test
  void after_an_acceptance_those_that_wait_go_together() {
    acceptSomebody();
    Attempt first = enter("a", "right");
    List<CompletableFuture<Attempt>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(guard.enter(login("a", "right", CODE)));
    }

    first.accepted();
    Attempt second = waiting.get(0).join();
    second.accepted();
    waiting.forEach(each -> each.join().accepted());
  }

  @Test
  void whoever_gives_up_or_ends_undecided_keeps_nobody_back() {
    acceptSomebody();
    Attempt first = enter("a", "right");
    CompletableFuture<Attempt> impatient = guard.enter(login("a", "right", CODE));
    CompletableFuture<Attempt> patient = guard.enter(login("a", "right", CODE));

    impatient.cancel(false);
    first.undecided();
    first.undecided();

    assertThat(patient).succeedsWithin(Duration.ofSeconds(10));
    assertThat(rows("PAIR")).isZero();
  }

  @Test
  void too_many_that_wait_for_one_login_are_refused() {
    acceptSomebody();
    enter("a", "right");
    for (int i = 0; i < 64; i++) {
      assertThat(guard.enter(login("a", "right", CODE))).isNotDone();
    }

    assertThat(refusal(guard, login("a", "right", CODE)).kind()).isEqualTo(Kind.THROTTLED);
  }

  @Test
  void a_proven_login_costs_no_statement() {
    CountingDatabase counting = new CountingDatabase(database.database());
    guard = new JdbcLoginGuard(counting, database.keyRing(), clock);
    enter("a", "right").accepted();
    int before = counting.statements.get();

    for (int i = 0; i < 100; i++) {
      enter("a", "right").accepted();
    }

    assertThat(counting.statements.get()).isEqualTo(before);
  }

  @Test
  void three_different_logins_rejected_and_none_accepted_suspend_the_code() {
    reject("a", "1");
    reject("a", "2");
    assertThat(guard.suspended()).as("one login twice").isEmpty();
    reject("b", "1");
    assertThat(guard.anySuspended()).isFalse();

    AutotaskException blamed = rejectedBy(enter("c", "1"));

    assertThat(blamed.kind()).isEqualTo(Kind.INTEGRATION_CODE);
    assertThat(blamed.retryAfter()).isPositive();
    assertThat(AutotaskFailures.waitsForOperator(AutotaskFailures.of(blamed))).isTrue();
    assertThat(guard.anySuspended()).isTrue();
    assertThat(guard.suspended()).hasSize(1);
    assertThat(guard.suspended().get(0).rejectedLogins()).isEqualTo(3);
    assertThat(refusal(guard, login("d", "1", CODE)).kind()).isEqualTo(Kind.INTEGRATION_CODE);
    assertThat(refusal(newGuard(), login("d", "1", CODE)).kind())
        .as("another process")
        .isEqualTo(Kind.INTEGRATION_CODE);
    assertThat(guard.enter(login("d", "1", "OTHERCODE")).join()).isNotNull();
  }

  @Test
  void logins_rejected_under_a_suspended_code_open_with_it() {
    suspend();
    assertThat(guard.enter(login("a", "1", "CORRECTED")).join())
        .as("under a corrected code at once")
        .isNotNull();

    assertThat(guard.resume("00")).isFalse();
    assertThat(guard.resume(guard.suspended().get(0).codeHash())).isTrue();

    assertThat(guard.suspended()).isEmpty();
    assertThat(guard.anySuspended()).isFalse();
    JdbcLoginGuard other = newGuard();
    for (String user : List.of("a", "b", "c")) {
      other.enter(login(user, "1", CODE)).join().accepted();
    }
  }

  @Test
  void a_resumed_code_that_is_still_wrong_is_suspended_again() {
    suspend();
    assertThat(guard.resumeAll()).isEqualTo(1);

    suspend();

    assertThat(guard.suspended()).hasSize(1);
  }

  @Test
  void a_code_something_was_accepted_with_is_above_suspicion() {
    acceptSomebody();

    for (String user : List.of("a", "b", "c", "d")) {
      reject(user, "wrong");
    }

    assertThat(guard.suspended()).isEmpty();
  }

  @Test
  void an_acceptance_in_another_process_since_the_start_counts_too() {
    JdbcLoginGuard other = newGuard();
    other.enter(login("z", "right", CODE)).join().accepted();
    await().untilAsserted(() -> assertThat(rows("CODE")).isEqualTo(1));

    for (String user : List.of("a", "b", "c", "d")) {
      reject(user, "wrong");
    }

    assertThat(guard.suspended()).isEmpty();
  }

  @Test
  void the_count_begins_anew_with_each_start() {
    reject("a", "1");
    reject("b", "1");
    clock.advance(Duration.ofHours(1));
    guard = newGuard();

    reject("c", "1");

    assertThat(guard.suspended()).isEmpty();
  }

  @Test
  void a_code_not_yet_proven_lets_no_more_than_three_logins_out() {
    List<CompletableFuture<Attempt>> attempts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      attempts.add(guard.enter(login("user" + i, "right", CODE)));
    }
    CompletableFuture.allOf(attempts.subList(0, 3).toArray(CompletableFuture[]::new))
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
    assertThat(attempts.subList(3, 10)).noneMatch(CompletableFuture::isDone);

    attempts.get(0).join().rejected().join();
    assertThat(attempts.subList(3, 10))
        .as("two out, one rejected")
        .noneMatch(CompletableFuture::isDone);
    attempts.get(1).join().accepted();

    CompletableFuture.allOf(attempts.subList(3, 10).toArray(CompletableFuture[]::new))
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void a_suspension_refuses_those_that_wait_for_the_code() {
    List<CompletableFuture<Attempt>> attempts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      attempts.add(guard.enter(login("user" + i, "right", CODE)));
    }

    for (int i = 0; i < 2; i++) {
      attempts.get(i).join().rejected().join();
    }
    rejectedBy(attempts.get(2).join());

    for (CompletableFuture<Attempt> waiting : attempts.subList(3, 6)) {
      assertThat(kindOf(waiting)).isEqualTo(Kind.INTEGRATION_CODE);
    }
    assertThat(rows("USER")).as("nobody else was tried").isEqualTo(3);
  }

  @Test
  void a_login_without_a_code_is_guarded_and_blames_none() {
    for (String user : List.of("a", "b", "c", "d")) {
      guard.enter(login(user, "wrong", null)).join().rejected().join();
    }

    assertThat(guard.suspended()).isEmpty();
    assertThat(refusal(guard, login("a", "wrong", null)).kind()).isEqualTo(Kind.LOGIN_CLOSED);
  }

  @Test
  void the_table_holds_neither_logins_nor_old_rows() {
    acceptSomebody();
    reject("a", "wrong");
    database.execute(
        """
        insert into login_guard (subject_hash, kind, updated_at)
        select cast('user-' || n as bytea), 'USER', last.updated_at
        from generate_series(1, %d) g(n), (select max(updated_at) as updated_at from login_guard) last
        """
            .formatted(LoginGuardTable.PIECE + 1));
    clock.advance(Duration.ofDays(3));
    reject("b", "wrong");

    await().untilAsserted(() -> assertThat(rows("USER")).isEqualTo(1));
  }

  private void suspend() {
    reject("a", "1");
    reject("b", "1");
    rejectedBy(enter("c", "1"));
  }

  /** Makes the code a proven one, so that a test is about logins. */
  private void acceptSomebody() {
    enter("somebody", "right").accepted();
    await().untilAsserted(() -> assertThat(rows("CODE")).isEqualTo(1));
  }

  private JdbcLoginGuard newGuard() {
    return new JdbcLoginGuard(database.database(), database.keyRing(), clock);
  }

  private Attempt enter(String user, String secret) {
    return guard.enter(login(user, secret, CODE)).orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** One rejection, a second after whatever was before. */
  private void reject(String user, String secret) {
    clock.advance(Duration.ofSeconds(1));
    enter(user, secret).rejected().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private boolean isOpen(String user, String secret) {
    CompletableFuture<Attempt> attempt = guard.enter(login(user, secret, CODE));
    try {
      attempt.orTimeout(10, TimeUnit.SECONDS).join().undecided();
      return true;
    } catch (CompletionException e) {
      assertThat(kindOf(attempt)).isEqualTo(Kind.LOGIN_CLOSED);
      return false;
    }
  }

  private Duration closedFor(String user, String secret) {
    AutotaskException closed = refusal(guard, login(user, secret, CODE));
    assertThat(closed.kind()).isEqualTo(Kind.LOGIN_CLOSED);
    return closed.retryAfter();
  }

  private static AutotaskException refusal(JdbcLoginGuard guard, LoginCredentials login) {
    return failureOf(guard.enter(login));
  }

  private static AutotaskException rejectedBy(Attempt attempt) {
    return failureOf(attempt.rejected());
  }

  private static Kind kindOf(CompletableFuture<?> future) {
    return failureOf(future).kind();
  }

  private static AutotaskException failureOf(CompletableFuture<?> future) {
    Throwable failure = catchThrowable(() -> future.orTimeout(10, TimeUnit.SECONDS).join());
    assertThat(failure).isInstanceOf(CompletionException.class);
    assertThat(failure.getCause()).isInstanceOf(AutotaskException.class);
    return (AutotaskException) failure.getCause();
  }

  private long rows(String kind) {
    return database.number("select count(*) from login_guard where kind = '" + kind + "'");
  }

  private static LoginCredentials login(String user, String secret, String code) {
    return new LoginCredentials(user + "@example.com", secret, code, "https://ww3.autotask.net");
  }

  /** A real database that counts what is asked of it. */
  private static class CountingDatabase extends ForwardingDatabase {

    final AtomicInteger statements = new AtomicInteger();

    CountingDatabase(Database real) {
      super(real);
    }

    @Override
    public <T> T transaction(SqlWork<T> work) {
      statements.incrementAndGet();
      return super.transaction(work);
    }

    @Override
    public <T> CompletableFuture<T> read(SqlWork<T> work) {
      statements.incrementAndGet();
      return super.read(work);
    }

    @Override
    public <T> CompletableFuture<T> write(SqlWork<T> work) {
      statements.incrementAndGet();
      return super.write(work);
    }
  }

  /** A real database that can be told to refuse writes. */
  private static final class FailingWrites extends CountingDatabase {

    final AtomicBoolean fail = new AtomicBoolean();

    FailingWrites(Database real) {
      super(real);
    }

    @Override
    public <T> CompletableFuture<T> write(SqlWork<T> work) {
      return fail.get()
          ? CompletableFuture.failedFuture(
              new StorageException("refused", new SQLException("disk full"), false))
          : super.write(work);
    }
  }
}
