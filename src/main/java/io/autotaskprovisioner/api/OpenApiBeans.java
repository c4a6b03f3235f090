package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.setting.Settings;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;

/** Builds the step that answers with the OpenAPI document. */
public final class OpenApiBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    context.getRegistry().bind("getOpenApi", new GetOpenApi(context));
  }

  /**
   * Answers with the document. Its servers are the one it comes from, as a relative reference, so
   * that it is right behind any proxy, and the address listened on. Thread-safe.
   */
  private static final class GetOpenApi extends ApiStep {

    /** Listening on all addresses names none. */
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

    private final CamelContext context;
    private volatile byte[] document = new byte[0];

    GetOpenApi(CamelContext context) {
      this.context = context;
    }

    @Override
    CompletableFuture<?> run(Exchange exchange, ApiRequest request) throws IOException {
      if (document.length == 0) {
        // Not before the first request: only then is a free port known.
        document = new ObjectMapper().writeValueAsBytes(withServer());
      }
      exchange.getMessage().setBody(new ApiAnswer(200, document));
      return CompletableFuture.completedFuture(null);
    }

    private JsonNode withServer() {
      ObjectNode read = OpenApiDocument.read();
      PlatformHttpEngine engine = context.getRegistry().findSingleByType(PlatformHttpEngine.class);
      String host = new Settings(context).text("http.host", "127.0.0.1");
      if (!ANY_ADDRESS.contains(host)) {
        read.withArray("servers")
            .addObject()
            .put("url", "%s://%s:%d/".formatted(engine.getScheme(), host, engine.getServerPort()))
            .put("description", "The address that it listens on");
      }
      return read;
    }
  }
}
