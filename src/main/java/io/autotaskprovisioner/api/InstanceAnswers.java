package io.autotaskprovisioner.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.account.Account;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.InstanceSummary;
import io.autotaskprovisioner.storage.PagedQuery.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Answers that show JSON, instances among it. Thread-safe. */
final class InstanceAnswers {

  private final ObjectMapper json;
  private final InstanceJson instanceJson;

  InstanceAnswers(ObjectMapper json, InstanceJson instanceJson) {
    this.json = json;
    this.instanceJson = instanceJson;
  }

  /** The answer to a POST: the published sample, field for field. */
  ApiAnswer created(Instance instance) {
    return ok(instanceJson.write(instance));
  }

  /** What was kept of an earlier answer, status and body; a batch's place is told by its id. */
  ApiAnswer repeated(ApiAnswer kept) {
    if (kept.statusCode() != 202) {
      return kept;
    }
    try {
      long batchId = json.readTree(kept.body()).path("id").longValue();
      return new ApiAnswer(202, Map.of("Location", "/batches/" + batchId), kept.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One instance as GET shows it: its user with address and names. */
  ObjectNode shown(Instance instance, Account owner) {
    return withNames(instanceJson.write(instance), owner);
  }

  /** The same of an instance without its configuration. */
  ObjectNode shown(InstanceSummary instance, Account owner) {
    return withNames(instanceJson.write(instance), owner);
  }

  private static ObjectNode withNames(ObjectNode node, Account owner) {
    ((ObjectNode) node.get("user"))
        .put("emailAddress", owner.email())
        .put("firstName", owner.firstName())
        .put("lastName", owner.lastName());
    return node;
  }

  ObjectNode tenant(Instance instance) {
    return instanceJson.writeTenant(instance);
  }

  /**
   * One page of a list, with the headers that lead to the next.
   *
   * @param rows one more than the page's size where there are more
   * @param further headers to send as well
   */
  <T> ApiAnswer page(
      List<T> rows,
      Page page,
      ToLongFunction<T> id,
      Function<T, ObjectNode> show,
      Map<String, String> further) {
    boolean more = rows.size() > page.size();
    List<T> shown = more ? rows.subList(0, page.size()) : rows;
    ArrayNode array = json.createArrayNode();
    shown.forEach(row -> array.add(show.apply(row)));
    Map<String, String> headers = new HashMap<>(further);
    headers.put(Page.RETURNED_COUNT_HEADER, Integer.toString(shown.size()));
    if (more) {
      long last = id.applyAsLong(shown.get(shown.size() - 1));
      headers.put(Page.NEXT_PAGE_HEADER, Page.tokenBehind(last));
    }
    return ok(array, headers);
  }

  /**
   * One page of a list whose rows are shown already.
   *
   * @param next the id behind which the list goes on; empty at its end
   * @param total empty where it is not known, and then told nowhere
   */
  ApiAnswer page(List<ObjectNode> rows, OptionalLong next, OptionalLong total) {
    Map<String, String> headers = new HashMap<>();
    headers.put(Page.RETURNED_COUNT_HEADER, Integer.toString(rows.size()));
    total.ifPresent(count -> headers.put(Page.TOTAL_COUNT_HEADER, Long.toString(count)));
    next.ifPresent(id -> headers.put(Page.NEXT_PAGE_HEADER, Page.tokenBehind(id)));
    return ok(json.createArrayNode().addAll(rows), headers);
  }

  /** One page of a list that was read at a bounded cost. */
  <T> ApiAnswer slice(Slice<T> slice, Function<T, ObjectNode> show) {
    return page(slice.rows().stream().map(show).toList(), slice.next(), OptionalLong.empty());
  }

  ApiAnswer ok(JsonNode node) {
    return ok(node, Map.of());
  }

  ApiAnswer ok(JsonNode node, Map<String, String> headers) {
    try {
      return new ApiAnswer(200, headers, json.writeValueAsBytes(node));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
