package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What requests of the queue are owed. */
abstract class JournalRepliesSuite extends JournalSuite {

  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final ReplyAddress ADDRESS = new ReplyAddress("back.office", false, "order-7");

  private Replies replies;

  JournalRepliesSuite(boolean postgres) {
    super(postgres);
  }

  @BeforeEach
  void open() {
    replies = new JdbcReplies(fixture.database, fixture.clock);
  }

  @Test
  void nothing_is_due_before_the_request_is_at_its_end() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));

    assertThat(replies.claim(10, LEASE)).isEmpty();
    assertThat(replies.waiting()).isZero();
  }

  @Test
  void success_makes_the_reply_due_where_the_message_asked() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));
    succeed(42);

    List<OwedReply> owed = replies.claim(10, LEASE);

    assertThat(owed).hasSize(1);
    OwedReply reply = owed.get(0);
    assertThat(reply.address()).isEqualTo(ADDRESS);
    assertThat(reply.requestId()).isEqualTo("order-7");
    assertThat(reply.status()).isEqualTo(RequestStatus.SUCCEEDED);
    assertThat(reply.instanceId()).isEqualTo(42);
    assertThat(reply.round()).isEqualTo(1);
    assertThat(replies.claim(10, LEASE)).as("held by the first").isEmpty();
    replies.sent(owed);
    assertThat(replies.waiting()).isZero();
    assertThat(replies.claim(10, LEASE)).isEmpty();
  }

  @Test
  void a_record_that_is_no_request_is_owed_its_reply_at_once() {
    fixture.accept(
        new JournalRecord(
            ACCOUNT,
            Door.QUEUE,
            null,
            1L,
            "m-1",
            "m-1:0",
            null,
            Failure.of(FailureClass.INVALID_REQUEST, "name is missing"),
            "{}",
            ADDRESS));

    OwedReply reply = replies.claim(10, LEASE).get(0);

    assertThat(reply.status()).isEqualTo(RequestStatus.FAILED);
    assertThat(reply.failureClass()).isEqualTo(FailureClass.INVALID_REQUEST);
    assertThat(reply.message()).isEqualTo("name is missing");
    assertThat(reply.requestId()).isEqualTo("r-" + reply.id());
  }

  @Test
  void a_message_delivered_again_leaves_no_trace() {
    JournalRecord record = message("m-1", request(ACCOUNT, "order-7", "user", "secret"));
    JournalRecord unnamed = message("m-2", request(ACCOUNT, null, "other", "secret"));
    fixture.accept(record, unnamed);

    assertThat(fixture.accept(record, unnamed)).isEqualTo(new Journal.Acceptance(0, 0, 0));
    succeed(42);
    assertThat(fixture.accept(record)).isEqualTo(new Journal.Acceptance(0, 0, 0));

    assertThat(replies.claim(10, LEASE)).hasSize(2);
  }

  @Test
  void a_senders_own_repeat_is_owed_a_reply_of_its_own() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));
    succeed(42);
    fixture.accept(message("m-2", request(ACCOUNT, "order-7", "user", "secret")));

    assertThat(replies.claim(10, LEASE))
        .extracting(OwedReply::status, OwedReply::instanceId)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(RequestStatus.SUCCEEDED, 42L),
            org.assertj.core.groups.Tuple.tuple(RequestStatus.DUPLICATE, 42L));
  }

  @Test
  void a_message_id_used_for_something_else_is_told_and_not_swallowed() {
    fixture.accept(message("same", request(ACCOUNT, null, "user", "secret")));
    fixture.accept(message("same", request(ACCOUNT, null, "another", "secret")));

    assertThat(replies.claim(10, LEASE))
        .singleElement()
        .extracting(OwedReply::failureClass)
        .isEqualTo(FailureClass.INVALID_REQUEST);
  }

  @Test
  void messages_without_id_are_told_apart_by_content_and_each_is_replied_to() {
    fixture.accept(message(null, request(ACCOUNT, null, "user", "secret")));
    succeed(42);
    fixture.accept(message(null, request(ACCOUNT, null, "user", "secret")));

    assertThat(replies.claim(10, LEASE))
        .extracting(OwedReply::status)
        .containsExactlyInAnyOrder(RequestStatus.SUCCEEDED, RequestStatus.DUPLICATE);
  }

  @Test
  void a_request_run_again_by_hand_is_replied_to_once_more() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));
    fail();
    replies.sent(replies.claim(10, LEASE));
    fixture.journal.retry(new Journal.JournalFilter(ACCOUNT, null, null, null, null));
    assertThat(replies.waiting()).isZero();
    succeed(42);

    OwedReply reply = replies.claim(10, LEASE).get(0);

    assertThat(reply.status()).isEqualTo(RequestStatus.SUCCEEDED);
    assertThat(reply.round()).isEqualTo(2);
  }

  @Test
  void a_new_end_during_the_sending_of_the_last_reply_is_not_lost() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));
    fail();
    List<OwedReply> sending = replies.claim(10, LEASE);
    fixture.journal.retry(new Journal.JournalFilter(ACCOUNT, null, null, null, null));
    succeed(42);
    replies.sent(sending);

    assertThat(replies.claim(10, LEASE))
        .singleElement()
        .extracting(OwedReply::status)
        .isEqualTo(RequestStatus.SUCCEEDED);
  }

  @Test
  void a_waiting_request_that_is_discarded_is_replied_to() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));

    discard();

    OwedReply reply = replies.claim(10, LEASE).get(0);
    assertThat(reply.status()).isEqualTo(RequestStatus.DISCARDED);
    assertThat(reply.round()).isEqualTo(1);
  }

  @Test
  void a_failed_request_that_is_discarded_is_not_replied_to_again() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));
    fail();
    replies.sent(replies.claim(10, LEASE));

    discard();

    assertThat(replies.waiting()).isZero();
    assertThat(fixture.entries(RequestStatus.DISCARDED)).hasSize(1);
  }

  @Test
  void a_reply_that_was_let_go_is_due_again_after_its_wait() {
    fixture.accept(message("m-1", request(ACCOUNT, "order-7", "user", "secret")));
    succeed(42);

    replies.refused(replies.claim(10, LEASE).get(0), Duration.ofSeconds(8), "no such queue", 3);
    assertThat(replies.claim(10, LEASE)).isEmpty();
    fixture.clock.advance(Duration.ofSeconds(9));

    assertThat(replies.claim(10, LEASE))
        .singleElement()
        .extracting(OwedReply::attempts)
        .isEqualTo(1);
  }

  private void discard() {
    long id =
        fixture.entries(new Journal.JournalFilter(ACCOUNT, null, null, null, null)).get(0).id();
    assertThat(fixture.journal.discard(ACCOUNT, id)).isTrue();
  }

  private void succeed(long instanceId) {
    for (ClaimedRequest claim : fixture.claim(10)) {
      fixture.database.transaction(
          connection -> fixture.journal.succeed(connection, claim, instanceId));
    }
  }

  private void fail() {
    for (ClaimedRequest claim : fixture.claim(10)) {
      fixture
          .journal
          .fail(claim, Failure.of(FailureClass.REJECTED_CREDENTIALS, "Rejected"), true)
          .join();
    }
  }

  private static JournalRecord message(@Nullable String messageId, ProvisioningRequest request) {
    return new JournalRecord(
        request.accountId(),
        Door.QUEUE,
        null,
        1L,
        String.valueOf(messageId),
        messageId == null ? null : messageId + ":0",
        request,
        null,
        null,
        ADDRESS);
  }
}
