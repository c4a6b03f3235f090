package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.autotask.EntityQuery;
import io.autotaskprovisioner.autotask.EntityRows;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.ResourceQuery;
import io.autotaskprovisioner.hub.ItemPage;
import io.autotaskprovisioner.hub.TokenInstance;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.provisioning.LoginProof;
import io.autotaskprovisioner.provisioning.ProvisioningProperties;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The steps of calls by element token: before Autotask is asked, and when it has answered.
 * Thread-safe.
 */
final class HubOperations {

  static final String INSTANCE_ID_HEADER = "Elements-Element-Instance-Id";

  /** The path's part, or the exchange property of a route without one, that names the resource. */
  private static final String RESOURCE_NAME = "resource";

  /** The exchange property with the {@link ResourceQuery} that is being answered. */
  private static final String RESOURCE_QUERY = "resourceQuery";

  /**
   * What a caller may ask for and does not get. Our choice: it is refused, since a silent whole
   * would be taken for the part.
   */
  private static final List<String> NOT_SERVED = List.of("where", "fields", "orderBy");

  private final ElementCatalogue catalogue;
  private final InstanceAnswers answers;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();

  HubOperations(ElementCatalogue catalogue, InstanceAnswers answers, Clock clock) {
    this.catalogue = catalogue;
    this.answers = answers;
    this.clock = clock;
  }

  /** The names of the provider's objects, also where the instance is disabled. */
  void objects(Exchange exchange, ApiRequest request) {
    TokenInstance caller = callerOf(exchange);
    ArrayNode names = json.createArrayNode();
    caller.element().resources().objects().forEach(names::add);
    answer(exchange, answers.ok(names, headers(caller, names.size())));
  }

  /**
   * Makes the message what proves the stored login, and says by which route. Our choice: a disabled
   * instance is refused as by its resources, and whatever comes out changes nothing of the
   * instance.
   */
  void beforePing(Exchange exchange, ApiRequest request) {
    TokenInstance caller = enabled(callerOf(exchange));
    exchange.setProperty(ProvisioningProperties.ELEMENT, caller.element());
    exchange.setProperty(ProvisioningProperties.VERIFICATION, caller.element().verification());
    exchange.setProperty(ProvisioningProperties.ACCEPTED_BEFORE, caller.instance().valid());
    exchange.getMessage().setBody(LoginProof.requestOf(caller.instance()));
  }

  /** The login was accepted. */
  void afterPing(Exchange exchange, ApiRequest request) {
    TokenInstance caller = callerOf(exchange);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    ObjectNode pong = json.createObjectNode();
    pong.put("dateTime", now.toString()).put("endpoint", caller.element().key());
    answer(exchange, answers.ok(pong, instanceId(caller)));
  }

  /** Makes the message the query that the path and its parameters mean. */
  void beforeList(Exchange exchange, ApiRequest request) {
    TokenInstance caller = enabled(callerOf(exchange));
    ResourceQuery resource = resource(caller.element(), resourceName(exchange, request));
    for (String parameter : NOT_SERVED) {
      if (request.queryParameter(parameter).isPresent()) {
        throw new ApiException(
            501,
            "%s is not served here yet: read the resource page by page without it."
                .formatted(parameter));
      }
    }
    EntityQuery query;
    try {
      query = caller.query(resource, page(request));
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(e.getMessage());
    }
    exchange.setProperty(RESOURCE_QUERY, resource);
    exchange.getMessage().setBody(query);
  }

  /** The rows as items, with the token of the page behind a full one. */
  void afterList(Exchange exchange, ApiRequest request) {
    TokenInstance caller = callerOf(exchange);
    ResourceQuery resource = exchange.getProperty(RESOURCE_QUERY, ResourceQuery.class);
    EntityRows found = exchange.getMessage().getBody(EntityRows.class);
    ArrayNode items = json.createArrayNode();
    found.rows().forEach(row -> items.add(caller.item(row, resource)));
    Map<String, String> headers = headers(caller, items.size());
    if (found.mayGoOn()) {
      long last = EntityRows.idOf(found.rows().get(found.rows().size() - 1));
      headers.put(Page.NEXT_PAGE_HEADER, ItemPage.tokenBehind(last));
    }
    answer(exchange, answers.ok(items, headers));
  }

  private static ItemPage page(ApiRequest request) {
    return ItemPage.of(
        request.queryParameter("page").orElse(null),
        request.queryParameter("pageSize").orElse(null),
        request.queryParameter("nextPage").orElse(null));
  }

  private static String resourceName(Exchange exchange, ApiRequest request) {
    String name = request.pathParameters().get(RESOURCE_NAME);
    return name == null ? exchange.getProperty(RESOURCE_NAME, String.class) : name;
  }

  private static ResourceQuery resource(Element element, String name) {
    return element
        .resources()
        .query(name)
        .orElseThrow(
            () ->
                element.resources().names().contains(name)
                    ? new ApiException(
                        501,
                        "The resource %s of %s is not served here yet."
                            .formatted(name, element.key()))
                    : ApiException.notFound("No resource found with name " + name));
  }

  private static TokenInstance enabled(TokenInstance caller) {
    if (caller.instance().disabled()) {
      throw ApiException.forbidden(
          "The element instance %d is disabled: enable it with PUT /instances/%1$d/enabled."
              .formatted(caller.instance().id()));
    }
    return caller;
  }

  private TokenInstance callerOf(Exchange exchange) {
    Instance instance = AuthenticateToken.instanceOf(exchange);
    return new TokenInstance(instance, catalogue.find(instance.elementKey()).orElseThrow());
  }

  private static Map<String, String> headers(TokenInstance caller, int count) {
    Map<String, String> headers = instanceId(caller);
    headers.put(Page.RETURNED_COUNT_HEADER, Integer.toString(count));
    return headers;
  }

  private static Map<String, String> instanceId(TokenInstance caller) {
    Map<String, String> headers = new HashMap<>();
    headers.put(INSTANCE_ID_HEADER, Long.toString(caller.instance().id()));
    return headers;
  }

  private static void answer(Exchange exchange, ApiAnswer answer) {
    exchange.getMessage().setBody(answer);
  }
}
