package io.autotaskprovisioner.queue;

import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsHeaderFilterStrategy;

/**
 * Keeps a message's properties from steering components: nothing that begins with Camel's prefixes
 * comes in, however it is written. Camel's own strategy compares letter by letter although its
 * headers are found without regard to case, so that {@code cAmelHttpUri} would choose where a later
 * step calls (CVE-2026-40453). Stateless.
 */
final class InboundHeaderFilter extends JmsHeaderFilterStrategy {

  private static final List<String> PREFIXES = List.of("camel", "org.apache.camel", "breadcrumbid");

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    String decoded =
        name.toLowerCase(Locale.ROOT).replace("_dot_", ".").replace("_hyphen_", "-").strip();
    return PREFIXES.stream().anyMatch(decoded::startsWith)
        || super.applyFilterToExternalHeaders(name, value, exchange);
  }
}
