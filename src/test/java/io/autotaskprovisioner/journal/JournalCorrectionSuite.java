package io.autotaskprovisioner.journal;

import static io.autotaskprovisioner.journal.JournalFixture.ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.OTHER_ACCOUNT;
import static io.autotaskprovisioner.journal.JournalFixture.message;
import static io.autotaskprovisioner.journal.JournalFixture.request;
import static io.autotaskprovisioner.journal.JournalFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.journal.Journal.Acceptance;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.secret.Mask;
import org.junit.jupiter.api.Test;

/** Records that were corrected in failed.csv and dropped again. */
abstract class JournalCorrectionSuite extends JournalSuite {

  private static final JournalFilter EVERYTHING = new JournalFilter(null, null, null, null, null);

  JournalCorrectionSuite(boolean postgres) {
    super(postgres);
  }

  @Test
  void a_masked_password_means_the_stored_one_of_the_same_request() {
    String requestId = failedRow("first.csv", "typo@example.com", "s3cret");

    fixture.accept(
        row(fixture.open("failed.csv"), 1, masked(ACCOUNT, requestId, "ann@example.com")));

    ClaimedRequest claim = fixture.claim(10).get(0);
    assertThat(claim.request().configuration())
        .containsEntry("finance.autotask.username", "ann@example.com")
        .containsEntry("finance.autotask.password", "s3cret");
    assertThat(claim.idempotencyKey()).startsWith("row:");
    assertThat(fixture.entry(claim.id()).requestId()).isEqualTo(requestId);
  }

  @Test
  void the_corrected_file_dropped_twice_and_then_the_whole_file_make_one_instance() {
    String requestId = failedRow("first.csv", "typo@example.com", "s3cret");
    ProvisioningRequest corrected = masked(ACCOUNT, requestId, "ann@example.com");
    fixture.accept(row(fixture.open("failed.csv"), 1, corrected));

    assertThat(fixture.accept(row(fixture.open("failed2.csv"), 1, corrected)))
        .isEqualTo(new Acceptance(0, 1, 0));
    fixture.succeed(fixture.claim(1).get(0), 77);
    assertThat(fixture.accept(row(fixture.open("failed3.csv"), 1, corrected)))
        .isEqualTo(new Acceptance(0, 1, 0));
    assertThat(
            fixture.accept(
                row(
                    fixture.open("whole.csv"),
                    1,
                    request(ACCOUNT, null, "ann@example.com", "s3cret"))))
        .isEqualTo(new Acceptance(0, 1, 0));

    assertThat(fixture.entries(RequestStatus.DUPLICATE))
        .extracting(JournalEntry::instanceId)
        .containsExactly(null, 77L, 77L);
  }

  @Test
  void a_correction_that_fails_can_be_corrected_under_the_same_name() {
    String requestId = failedRow("first.csv", "typo@example.com", "wrong");
    fixture.accept(
        row(fixture.open("2.csv"), 1, request(ACCOUNT, requestId, "tpyo@example.com", "right")));
    fixture.fail(fixture.claim(1).get(0), FailureClass.REJECTED_CREDENTIALS);

    fixture.accept(row(fixture.open("3.csv"), 1, masked(ACCOUNT, requestId, "ann@example.com")));

    assertThat(fixture.claim(1).get(0).request().configuration())
        .containsEntry("finance.autotask.password", "right");
  }

  @Test
  void a_request_with_an_id_of_its_own_is_corrected_under_its_own_key() {
    fixture.accept(message("m1", request(ACCOUNT, "crm-17", "typo@example.com", "s3cret")));
    fixture.fail(fixture.claim(1).get(0), FailureClass.REJECTED_CREDENTIALS);

    fixture.accept(message("m2", masked(ACCOUNT, "crm-17", "ann@example.com")));

    ClaimedRequest claim = fixture.claim(1).get(0);
    assertThat(claim.idempotencyKey()).isEqualTo("req:crm-17");
    assertThat(claim.request().configuration())
        .containsEntry("finance.autotask.password", "s3cret");
  }

  @Test
  void another_account_gets_no_stored_secret() {
    String requestId = failedRow("first.csv", "typo@example.com", "s3cret");

    assertThat(fixture.accept(message("m1", masked(OTHER_ACCOUNT, requestId, "eve@example.com"))))
        .isEqualTo(new Acceptance(0, 0, 1));
    assertThat(fixture.entries(RequestStatus.FAILED).get(1).failureMessage())
        .contains("finance.autotask.password")
        .contains("write the value itself");
  }

  @Test
  void a_mask_without_request_id_fails_and_is_not_sent_when_run_again() {
    assertThat(fixture.accept(message("m1", masked(ACCOUNT, null, "ann@example.com"))))
        .isEqualTo(new Acceptance(0, 0, 1));
    assertThat(fixture.journal.retry(EVERYTHING)).isZero();
    assertThat(fixture.claim(1)).isEmpty();
  }

  @Test
  void an_id_that_only_looks_generated_is_the_callers_own() {
    fixture.accept(message("m1", request(ACCOUNT, "r-17", "ann@example.com", "s3cret")));

    assertThat(fixture.claim(1).get(0).idempotencyKey()).isEqualTo("req:r-17");
  }

  @Test
  void the_failed_row_that_a_correction_stands_for_is_not_run_beside_it() {
    String requestId = failedRow("first.csv", "typo@example.com", "s3cret");
    fixture.accept(
        row(fixture.open("failed.csv"), 1, masked(ACCOUNT, requestId, "ann@example.com")));

    assertThat(fixture.journal.retry(EVERYTHING)).isZero();
    fixture.succeed(fixture.claim(1).get(0), 77);
    assertThat(fixture.journal.retry(EVERYTHING)).isZero();
    assertThat(
            fixture.number(
                "select count(*) from provisioning_request where sealed_payload is not null"))
        .isZero();
  }

  /** Puts a row into the journal, lets it fail for good, answers its generated name. */
  private String failedRow(String file, String user, String password) {
    fixture.accept(row(fixture.open(file), 1, request(ACCOUNT, null, user, password)));
    ClaimedRequest claim = fixture.claim(1).get(0);
    fixture.fail(claim, FailureClass.REJECTED_CREDENTIALS);
    return fixture.entry(claim.id()).requestId();
  }

  private static ProvisioningRequest masked(long accountId, String requestId, String user) {
    return request(accountId, requestId, user, Mask.MASK);
  }
}
