package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what a wrong integration code made fail: a row whose login was rejected before the
 * code became the suspect waits like those behind it. Thread-safe.
 *
 * <p>The row that fails is marked with the code; while a code is suspended, every process looks for
 * such rows again and again. So one whose failure is written after the suspension is found too, and
 * a crash between the two forgets nothing.
 */
public final class SuspectedRows {

  private static final Logger LOG = LoggerFactory.getLogger(SuspectedRows.class);

  private final JdbcLoginGuard guard;
  private final Journal journal;
  private final ElementCatalogue catalogue;
  private final @Nullable String defaultCode;

  /**
   * @param defaultCode for requests that bring no code of their own; null where there is none
   */
  public SuspectedRows(
      JdbcLoginGuard guard,
      Journal journal,
      ElementCatalogue catalogue,
      @Nullable String defaultCode) {
    this.guard = guard;
    this.journal = journal;
    this.catalogue = catalogue;
    this.defaultCode = defaultCode;
  }

  /**
   * The mark for a row that fails so, or waits for an operator: the code that may be to blame; null
   * where none is.
   */
  byte @Nullable [] suspect(ProvisioningRequest request, Failure failure) {
    if (failure.failureClass() != FailureClass.REJECTED_CREDENTIALS
        && !AutotaskFailures.waitsForOperator(failure)) {
      return null;
    }
    return codeOf(request).flatMap(guard::unproven).map(GuardSubjects::bytes).orElse(null);
  }

  private Optional<String> codeOf(ProvisioningRequest request) {
    return Optional.ofNullable(request.element())
        .flatMap(catalogue::find)
        .map(element -> request.configuration().get(element.integrationCodeKey()))
        .filter(code -> !code.isBlank())
        .or(() -> Optional.ofNullable(defaultCode));
  }

  /** Takes back now, on the calling thread; answers how many rows. */
  public int takeBack() {
    Failure reason = AutotaskFailures.of(JdbcLoginGuard.suspension());
    int rows = 0;
    for (SuspendedCode code : guard.suspended()) {
      if (code.suspectedSince() != null) {
        rows +=
            journal.takeBack(GuardSubjects.bytes(code.codeHash()), code.suspectedSince(), reason);
      }
    }
    if (rows > 0) {
      LOG.info("{} rejected requests wait again, since their integration code is suspected", rows);
    }
    return rows;
  }

  /** Resumes every suspended code, and what waits for that at once; answers how many codes. */
  public int resumeAll() {
    takeBack();
    int resumed = guard.resumeAll();
    journal.hurry(FailureClass.INTEGRATION_CODE);
    return resumed;
  }

  /** The same for one code; false where it is not suspended. */
  public boolean resume(String codeHash) {
    takeBack();
    boolean resumed = guard.resume(codeHash);
    journal.hurry(FailureClass.INTEGRATION_CODE);
    return resumed;
  }

  /** Takes back where any code is suspended; costs nothing where none is. */
  void takeBackIfAnySuspended() {
    if (guard.anySuspended()) {
      takeBack();
    }
  }
}
