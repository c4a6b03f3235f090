package io.autotaskprovisioner.autotask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads rows of an entity with {@code GET {Entity}/query}, page by page behind an id: Autotask
 * gives rows by rising id and knows neither order nor offset (vendor page "Basic Query Calls").
 * Thread-safe, never blocks.
 */
final class EntityQueries {

  /** Our choice: a company with 200 user-defined fields has some 15,000 bytes. */
  private static final int BYTES_PER_ROW = 20_000;

  private final GuardedCalls calls;
  private final AnswerReader reader;

  EntityQueries(GuardedCalls calls, AnswerReader reader) {
    this.calls = calls;
    this.reader = reader;
  }

  /**
   * @return completes exceptionally with an {@link AutotaskException}, or with whatever kept the
   *     guard from deciding
   */
  CompletableFuture<EntityRows> find(EntityQuery query, Instant deadline) {
    if (query.skip() == 0) {
      return page(query, query.size(), false, deadline);
    }
    int passedOver = Math.min(query.skip(), EntityQuery.MAX_SIZE);
    return page(query, passedOver, true, deadline)
        .thenCompose(
            skipped ->
                skipped.rows().size() < passedOver
                    ? CompletableFuture.completedFuture(EntityRows.NONE)
                    : find(
                        query.behind(
                            EntityRows.idOf(skipped.rows().get(passedOver - 1)),
                            query.skip() - passedOver),
                        deadline));
  }

  private CompletableFuture<EntityRows> page(
      EntityQuery query, int size, boolean idsOnly, Instant deadline) {
    String target =
        Question.VERSION
            + query.entity()
            + "/query?search="
            + URLEncoder.encode(search(query, size, idsOnly), StandardCharsets.UTF_8);
    return calls.ask(
        query.login(),
        deadline,
        new Question<>(
            query.entity(),
            target,
            AutotaskCalls.BODY_LIMIT + size * BYTES_PER_ROW,
            (answer, zone, redaction) -> rows(answer, zone, redaction, query, size)));
  }

  private static String search(EntityQuery query, int size, boolean idsOnly) {
    ObjectNode search = JsonNodeFactory.instance.objectNode().put("MaxRecords", size);
    if (idsOnly) {
      search.putArray("IncludeFields").add("id");
    }
    boolean first = query.afterId() == null;
    search
        .putArray("filter")
        .addObject()
        .put("op", first ? "gte" : "gt")
        .put("field", "id")
        .put("value", first ? 0 : query.afterId());
    return search.toString();
  }

  private EntityRows rows(
      Answer answer, Zone zone, Redaction redaction, EntityQuery query, int size) {
    String host = zone.address().host();
    JsonNode json = reader.read(answer, JsonNode.class, host, redaction);
    JsonNode items = json.has("items") ? json.get("items") : json.path("Items");
    if (!items.isArray()) {
      throw unreadable(host, query);
    }
    List<ObjectNode> rows = new ArrayList<>();
    long behind = query.afterId() == null ? Long.MIN_VALUE : query.afterId();
    for (JsonNode item : items) {
      ObjectNode row = row(item);
      if (!row.path("id").isIntegralNumber() || EntityRows.idOf(row) <= behind) {
        // Without an order nobody would ever come to the end.
        throw unreadable(host, query);
      }
      behind = EntityRows.idOf(row);
      rows.add(row);
    }
    boolean full = rows.size() >= size;
    JsonNode next = json.path("pageDetails").path("nextPageUrl");
    return new EntityRows(full ? rows.subList(0, size) : rows, full && !next.isNull());
  }

  /** Older zones spell the names in PascalCase. */
  private static ObjectNode row(JsonNode item) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    item.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              row.set(
                  name.isEmpty() ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1),
                  field.getValue());
            });
    return row;
  }

  private static AutotaskException unreadable(String host, EntityQuery query) {
    return new AutotaskException(
        Kind.PROVIDER_ERROR,
        "%s answered with something that is no list of %s by rising id."
            .formatted(host, query.entity()),
        null,
        null);
  }
}
