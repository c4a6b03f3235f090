package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.element.ElementJson;
import io.autotaskprovisioner.element.Hub;
import io.autotaskprovisioner.element.Hubs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Shows elements and hubs to anybody, as the hosted service did: nothing in them is secret.
 * Thread-safe.
 */
final class CatalogueOperations {

  /** Default and maximum, in the hosted service's help (page "Elements"). */
  private static final int PAGE_SIZE = 200;

  private final ElementCatalogue catalogue;
  private final Hubs hubs;
  private final ElementJson elementJson;
  private final InstanceAnswers answers;
  private final ObjectMapper json = new ObjectMapper();

  CatalogueOperations(
      ElementCatalogue catalogue, Hubs hubs, ElementJson elementJson, InstanceAnswers answers) {
    this.catalogue = catalogue;
    this.hubs = hubs;
    this.elementJson = elementJson;
    this.answers = answers;
  }

  /** One page of the elements, by rising id. Our choice: a larger pageSize means the maximum. */
  CompletableFuture<ApiAnswer> elements(ApiRequest request) {
    Page page = Page.ofAtMost(request, PAGE_SIZE);
    List<Element> all = catalogue.byId();
    List<Element> rows =
        all.stream()
            .filter(element -> element.id() > page.afterId())
            .limit(page.size() + 1L)
            .toList();
    return done(
        answers.page(
            rows,
            page,
            Element::id,
            elementJson::write,
            Map.of(Page.TOTAL_COUNT_HEADER, Integer.toString(all.size()))));
  }

  CompletableFuture<ApiAnswer> elementKeys(ApiRequest request) {
    return array(catalogue.byId(), element -> json.getNodeFactory().textNode(element.key()));
  }

  CompletableFuture<ApiAnswer> element(ApiRequest request) {
    return done(answers.ok(elementJson.write(elementOf(request))));
  }

  CompletableFuture<ApiAnswer> elementConfiguration(ApiRequest request) {
    return done(answers.ok(elementJson.writeConfiguration(elementOf(request))));
  }

  CompletableFuture<ApiAnswer> elementMetadata(ApiRequest request) {
    return done(answers.ok(elementJson.writeMetadata(elementOf(request))));
  }

  CompletableFuture<ApiAnswer> allMetadata(ApiRequest request) {
    return array(catalogue.byId(), elementJson::writeMetadata);
  }

  CompletableFuture<ApiAnswer> hubs(ApiRequest request) {
    return array(hubs.all(), elementJson::write);
  }

  CompletableFuture<ApiAnswer> hubKeys(ApiRequest request) {
    return array(hubs.all(), hub -> json.getNodeFactory().textNode(hub.key()));
  }

  /** A single hub says that it is active, which a list does not. */
  CompletableFuture<ApiAnswer> hub(ApiRequest request) {
    return done(answers.ok(elementJson.write(hubOf(request)).put("active", true)));
  }

  CompletableFuture<ApiAnswer> hubElements(ApiRequest request) {
    return array(hubs.elements(hubOf(request).key()), elementJson::write);
  }

  private Element elementOf(ApiRequest request) {
    String keyOrId = request.pathParameters().get("keyOrId");
    return catalogue
        .find(keyOrId)
        .orElseThrow(() -> ApiException.notFound("No element found with key " + keyOrId));
  }

  private Hub hubOf(ApiRequest request) {
    String key = request.pathParameters().get("hub");
    return hubs.find(key).orElseThrow(() -> ApiException.notFound("No hub found with key " + key));
  }

  private <T> CompletableFuture<ApiAnswer> array(Collection<T> rows, Function<T, JsonNode> show) {
    ArrayNode array = json.createArrayNode();
    rows.forEach(row -> array.add(show.apply(row)));
    return done(answers.ok(array));
  }

  private static CompletableFuture<ApiAnswer> done(ApiAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
