package io.autotaskprovisioner.provisioning;

import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceTokenFactory;
import io.autotaskprovisioner.journal.ClaimedRequest;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import io.autotaskprovisioner.storage.Database;
import io.autotaskprovisioner.storage.Sequence;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * The Message Translator of the flow: a {@link VerifiedRequest} becomes an {@link Instance} with
 * its id, its token and sanitised texts. Thread-safe.
 */
final class InstanceTranslation implements Processor {

  private final Database database;
  private final InstanceTokenFactory tokens;
  private final Clock clock;

  InstanceTranslation(Database database, InstanceTokenFactory tokens, Clock clock) {
    this.database = database;
    this.tokens = tokens;
    this.clock = clock;
  }

  @Override
  public void process(Exchange exchange) {
    VerifiedRequest verified = exchange.getMessage().getBody(VerifiedRequest.class);
    ProvisioningRequest request = verified.request();
    Element element = exchange.getProperty(ProvisioningProperties.ELEMENT, Element.class);
    String name = PlainText.of(Objects.requireNonNull(request.name()));
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    exchange
        .getMessage()
        .setBody(
            new Instance(
                database.nextId(Sequence.INSTANCE),
                request.accountId(),
                requestKey(exchange, request),
                element.key(),
                name,
                tokens.newToken(),
                tags(request.tags(), name),
                request.configuration(),
                request.externalAuthentication(),
                true,
                false,
                false,
                verified.tenant(),
                now,
                now,
                1));
  }

  /** Omitted tags are the sanitised name; an empty list stays empty. */
  private static List<String> tags(@Nullable List<String> tags, String name) {
    return tags == null ? List.of(name) : tags.stream().map(PlainText::of).toList();
  }

  private static @Nullable String requestKey(Exchange exchange, ProvisioningRequest request) {
    ClaimedRequest claim = exchange.getProperty(ProvisioningProperties.CLAIM, ClaimedRequest.class);
    if (claim != null) {
      return claim.idempotencyKey();
    }
    return request.requestId() == null ? null : "req:" + request.requestId();
  }
}
