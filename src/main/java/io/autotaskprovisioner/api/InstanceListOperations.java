package io.autotaskprovisioner.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.account.Accounts;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.InstanceFilter;
import io.autotaskprovisioner.instance.InstanceLists;
import io.autotaskprovisioner.instance.InstanceLists.Found;
import io.autotaskprovisioner.instance.InstanceLists.Shape;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Lists and counts instances. An {@code Element} pair in the header changes nothing here. No match
 * at all is 404, as at the hosted service; a page behind the last one is an empty list (Our
 * choice). Thread-safe.
 */
final class InstanceListOperations {

  private static final String NONE_FOUND = "No element instances found";
  private static final String NO_INSTANCE = "No element instance found with ID %s";
  private static final String NO_ACCOUNT = "No account found with ID %s";

  /** As browsers, {@code qs} and other libraries write a list: tags[], tags[0], tags[][0], tags. */
  private static final Pattern TAGS = Pattern.compile("tags(\\[\\d{0,4}])*");

  private static final int MAX_TAGS = 20;
  private static final int MAX_TEXT = 1000;

  private final Database database;
  private final Instances instances;
  private final InstanceLists lists;
  private final Accounts accounts;
  private final ElementCatalogue catalogue;
  private final InstanceAnswers answers;
  private final Blocking searching;

  /**
   * @param searching runs what may scan many rows, so that it keeps no thread that others need
   */
  InstanceListOperations(
      Database database,
      Instances instances,
      InstanceLists lists,
      Accounts accounts,
      ElementCatalogue catalogue,
      InstanceAnswers answers,
      Blocking searching) {
    this.database = database;
    this.instances = instances;
    this.lists = lists;
    this.accounts = accounts;
    this.catalogue = catalogue;
    this.answers = answers;
    this.searching = searching;
  }

  /** The caller's instances. */
  CompletableFuture<ApiAnswer> list(ApiRequest request, Account caller) {
    return list(request, filter(request, caller.id()), caller, false);
  }

  /** The caller's instances of one element. */
  CompletableFuture<ApiAnswer> listOfElement(ApiRequest request, Account caller) {
    InstanceFilter filter = filter(request, caller.id()).ofElement(element(request).key());
    return list(request, filter, caller, false);
  }

  /**
   * The instances of the account in the path. Our choice: 403 for anybody else's, as the hosted
   * service answers calls about foreign accounts; an administrator sees them without their tokens.
   */
  CompletableFuture<ApiAnswer> listOfAccount(ApiRequest request, Account caller) {
    String given = request.pathParameters().get("id");
    if (given.equals(Long.toString(caller.id()))) {
      return list(request, caller);
    }
    if (!caller.isAdmin()) {
      throw ApiException.forbidden("These are the instances of another account.");
    }
    long id = request.pathId("id", NO_ACCOUNT);
    InstanceFilter filter = filter(request, id);
    return searching
        .call(
            () ->
                accounts
                    .find(id)
                    .orElseThrow(() -> ApiException.notFound(NO_ACCOUNT.formatted(id))))
        .thenCompose(owner -> list(request, filter, owner, true));
  }

  /** One of the caller's instances of the element in the path. */
  CompletableFuture<ApiAnswer> getOfElement(ApiRequest request, Account caller) {
    Element element = element(request);
    long id = request.pathId("id", NO_INSTANCE);
    return database
        .read(connection -> instances.find(connection, caller.id(), id))
        .thenApply(
            found ->
                found
                    .filter(instance -> instance.elementKey().equals(element.key()))
                    .map(instance -> answers.ok(answers.shown(instance, caller)))
                    .orElseThrow(() -> ApiException.notFound(NO_INSTANCE.formatted(id))));
  }

  /**
   * How many instances the caller has, in all and by element key (the hosted service's test asks
   * for "counting instances by element key"; that it is an object is our choice).
   */
  CompletableFuture<ApiAnswer> count(ApiRequest request, Account caller) {
    return database
        .read(connection -> instances.countByElement(connection, caller.id()))
        .thenApply(
            counts -> {
              ObjectNode json = JsonNodeFactory.instance.objectNode();
              json.put("totalInstances", counts.values().stream().mapToLong(n -> n).sum());
              ObjectNode byElement = json.putObject("elementInstances");
              counts.forEach(byElement::put);
              return answers.ok(json);
            });
  }

  private CompletableFuture<ApiAnswer> list(
      ApiRequest request, InstanceFilter filter, Account owner, boolean withoutTokens) {
    Page page = Page.of(request);
    boolean hydrated = request.queryFlag("hydrate", true);
    return hydrated
        ? list(filter, page, lists.whole(), i -> shown(answers.shown(i, owner), withoutTokens))
        : list(filter, page, lists.thin(), i -> shown(answers.shown(i, owner), withoutTokens));
  }

  private static ObjectNode shown(ObjectNode json, boolean withoutToken) {
    if (withoutToken) {
      json.remove("token");
    }
    return json;
  }

  private <T> CompletableFuture<ApiAnswer> list(
      InstanceFilter filter, Page page, Shape<T> shape, Function<T, ObjectNode> show) {
    if (filter.isIndexed()) {
      return database.read(
          connection -> {
            Found<T> found = lists.page(connection, filter, shape, page.afterId(), page.size());
            return answer(found, page, show, total(connection, filter, page, found));
          });
    }
    return searching.call(
        () -> {
          Found<T> found = lists.search(filter, shape, page.afterId(), page.size());
          OptionalLong total = database.query(c -> total(c, filter, page, found));
          return answer(found, page, show, total);
        });
  }

  private OptionalLong total(
      Connection connection, InstanceFilter filter, Page page, Found<?> found) throws SQLException {
    boolean all = page.afterId() == 0 && found.next().isEmpty();
    return all ? OptionalLong.of(found.rows().size()) : lists.total(connection, filter);
  }

  private <T> ApiAnswer answer(
      Found<T> found, Page page, Function<T, ObjectNode> show, OptionalLong total) {
    if (found.rows().isEmpty() && found.next().isEmpty() && page.afterId() == 0) {
      throw ApiException.notFound(NONE_FOUND);
    }
    return answers.page(found.rows().stream().map(show).toList(), found.next(), total);
  }

  private Element element(ApiRequest request) {
    String reference = request.pathParameters().get("keyOrId");
    return catalogue
        .find(reference)
        .orElseThrow(() -> ApiException.notFound("No element found with key " + reference));
  }

  private static InstanceFilter filter(ApiRequest request, long accountId) {
    List<String> tags =
        request.queryParameters(TAGS).stream().map(String::strip).distinct().toList();
    if (tags.size() > MAX_TAGS) {
      throw ApiException.badRequest("Give at most %d tags[].".formatted(MAX_TAGS));
    }
    String text = request.queryParameter("searchText").map(String::strip).orElse(null);
    if (text != null && text.length() > MAX_TEXT) {
      throw ApiException.badRequest(
          "searchText must have at most %,d characters.".formatted(MAX_TEXT));
    }
    return new InstanceFilter(accountId, null, tags, text);
  }
}
