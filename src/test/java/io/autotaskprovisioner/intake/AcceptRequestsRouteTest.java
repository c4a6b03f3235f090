package io.autotaskprovisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.JournalBeans;
import io.autotaskprovisioner.journal.JournalRecord;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.storage.StorageException;
import io.autotaskprovisioner.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** The seam that a fork's own door builds on: {@code direct:accept-requests}. */
class AcceptRequestsRouteTest extends CamelTestSupport {

  private static final long ACCOUNT = 1;

  private final TestDatabase database = TestDatabase.h2();

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    context.getRegistry().bind("database", database.database());
    context.getRegistry().bind("keyRing", database.keyRing());
    context.getRegistry().bind("clock", Clock.systemUTC());
    context.getRegistry().bind("meters", new SimpleMeterRegistry());
    new ElementBeans().configure(context);
    new JournalBeans().configure(context);
    Journal journal = context.getRegistry().findSingleByType(Journal.class);
    context.getRegistry().bind("recordAcceptance", new RecordAcceptance(journal));
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            ResourceHelper.resolveMandatoryResource(
                context, "file:routes/accept-requests.camel.yaml"));
    database.execute(
        """
        insert into account (id, email, first_name, last_name, role, user_secret_hash,
          organization_secret_hash, sealed_user_secret, sealed_organization_secret, created_at)
        values (1, 'a@b.example', 'A', 'B', 'admin', X'01', X'01', X'01', X'01', current_timestamp)
        """);
    return context;
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private static JournalRecord record(int number) {
    ProvisioningRequest request =
        new ProvisioningRequest(
            ACCOUNT,
            "order-" + number,
            "autotaskfinance",
            "Customer " + number,
            null,
            Map.of("finance.autotask.username", "user-" + number),
            ProvisioningRequest.NO_EXTERNAL_AUTHENTICATION,
            null);
    return new JournalRecord(
        ACCOUNT,
        Door.QUEUE,
        null,
        (long) number,
        "message-1",
        "message-1:" + number,
        request,
        null,
        null);
  }

  @Test
  void records_are_committed_when_the_seam_returns_and_repeats_are_told() {
    Journal.Acceptance first =
        template.requestBody(
            "direct:accept-requests", List.of(record(1), record(2)), Journal.Acceptance.class);
    Journal.Acceptance second =
        template.requestBody(
            "direct:accept-requests", List.of(record(2), record(3)), Journal.Acceptance.class);

    assertThat(first).isEqualTo(new Journal.Acceptance(2, 0, 0));
    assertThat(second).isEqualTo(new Journal.Acceptance(1, 1, 0));
    assertThat(
            database.number("select count(*) from provisioning_request where status = 'WAITING'"))
        .isEqualTo(3);
  }

  @Test
  void a_failure_reaches_the_door_that_must_not_acknowledge_then() {
    database.stop();
    CamelExecutionException failure =
        Assertions.assertThrows(
            CamelExecutionException.class,
            () -> template.requestBody("direct:accept-requests", List.of(record(1))));
    assertThat(failure).hasCauseInstanceOf(StorageException.class);
  }
}
