package io.autotaskprovisioner.command;

import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.intake.FileCheck;
import io.autotaskprovisioner.journal.Failure;
import io.autotaskprovisioner.journal.ProvisioningException;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.provisioning.RequestValidation;
import io.autotaskprovisioner.secret.Mask;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Checks the records of a file in order and reports in order, while look-ups are under way. Memory
 * is bounded by {@value #WINDOW} open records. To be used by one thread.
 */
final class RecordCheck implements FileCheck.Findings {

  private static final int WINDOW = 1_000;

  /** The name of the verification that asks Autotask for a zone. */
  private static final String AUTOTASK = "autotask";

  private record Open(
      long line, List<String> fields, CompletableFuture<Optional<Failure>> problem) {}

  private final RequestValidation validation;
  private final LookUps lookUps;
  private final CheckReport report;
  private final Queue<Open> open = new ArrayDeque<>();

  RecordCheck(RequestValidation validation, LookUps lookUps, CheckReport report) {
    this.validation = validation;
    this.lookUps = lookUps;
    this.report = report;
  }

  @Override
  public void request(long line, ProvisioningRequest request) {
    Element element;
    try {
      element = validation.validated(withStoredSecrets(request));
    } catch (ProvisioningException e) {
      rejected(line, e.fields(), e.failure());
      return;
    }
    add(
        new Open(
            line,
            List.of(),
            element.verification().equals(AUTOTASK)
                ? lookUps.problem(credentials(request, element))
                : CompletableFuture.completedFuture(Optional.empty())));
  }

  @Override
  public void rejected(long line, List<String> fields, Failure failure) {
    add(new Open(line, fields, CompletableFuture.completedFuture(Optional.of(failure))));
  }

  /** Waits for what is under way and reports it. */
  void end() {
    while (!open.isEmpty()) {
      report(open.remove());
    }
  }

  private void add(Open record) {
    open.add(record);
    while (!open.isEmpty() && (open.size() > WINDOW || open.peek().problem().isDone())) {
      report(open.remove());
    }
  }

  private void report(Open record) {
    Optional<Failure> problem = record.problem().join();
    if (problem.isEmpty()) {
      report.fine();
    } else {
      report.failing(
          record.line(),
          record.fields().isEmpty() ? fieldsOf(problem.get()) : record.fields(),
          problem.get());
    }
  }

  /** What the look-up and the host rules speak of. */
  private static List<String> fieldsOf(Failure failure) {
    return switch (failure.failureClass()) {
      case UNKNOWN_LOGIN -> List.of("username");
      case HOST_NOT_ALLOWED -> List.of("serverUrl");
      case INTEGRATION_CODE -> List.of("integrationCode");
      case UNKNOWN_ELEMENT -> List.of("element");
      default -> List.of();
    };
  }

  /** A mask beside a request id stands for a secret that only the server has; it may be right. */
  private static ProvisioningRequest withStoredSecrets(ProvisioningRequest request) {
    if (request.requestId() == null) {
      return request;
    }
    Map<String, @Nullable String> configuration = new LinkedHashMap<>(request.configuration());
    configuration.replaceAll((key, value) -> Mask.isMask(value) ? "stored" : value);
    return request.withConfiguration(configuration);
  }

  private static LoginCredentials credentials(ProvisioningRequest request, Element element) {
    Map<String, @Nullable String> configuration = request.configuration();
    return new LoginCredentials(
        configuration.get(element.userNameKey()),
        configuration.get(element.passwordKey()),
        configuration.get(element.integrationCodeKey()),
        configuration.get(element.serverUrlKey()));
  }
}
