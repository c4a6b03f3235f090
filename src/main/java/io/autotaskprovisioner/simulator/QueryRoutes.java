package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code {Entity}/query}, its further pages and its count. Rows come by ascending id. The page of a
 * GET query is fetched by GET, that of a POST query by POST with the same body; GET is a 405 there.
 */
final class QueryRoutes {

  /** Where a page begins: after an id, or before one for the page back. */
  private record Position(@Nullable Long after, @Nullable Long before) {}

  private final World world;

  QueryRoutes(World world) {
    this.world = world;
  }

  Answer answer(Call call, SimulatedUser user, EntityType type) {
    String last = call.segment(3);
    String search = call.query().get("search");
    boolean get = call.method().equals("GET");
    if (!get && !call.method().equals("POST")
        || last.equals("next") && get && search == null
        || call.segments().size() > 4) {
      return Answer.methodNotAllowed(call.method());
    }
    try {
      Query query = Query.read(get ? search == null ? "" : search : call.body(), type);
      return switch (last) {
        case "" -> page(call, user, type, query, new Position(null, null));
        case "next" -> page(call, user, type, query, position(call.query().get("paging")));
        case "count" -> count(user, type, query);
        default -> Answer.notFound(true, call.path());
      };
    } catch (QueryException e) {
      return Answer.errors(500, String.valueOf(e.getMessage()));
    }
  }

  private Answer count(SimulatedUser user, EntityType type, Query query) {
    long count = rows(user, type).values().stream().filter(query.filter()).count();
    return Answer.ok(Answer.object().put("queryCount", count));
  }

  private NavigableMap<Long, ObjectNode> rows(SimulatedUser user, EntityType type) {
    return world.rows.all(user, type, world.switches().rowsPerEntity());
  }

  private Answer page(
      Call call, SimulatedUser user, EntityType type, Query query, Position position) {
    NavigableMap<Long, ObjectNode> rows = rows(user, type);
    List<ObjectNode> matching = rows.values().stream().filter(query.filter()).toList();
    List<ObjectNode> page = select(matching, query.pageSize(), position);
    ObjectNode json = Answer.object();
    ArrayNode items = json.putArray("items");
    page.forEach(row -> items.add(query.project(row)));
    ObjectNode details = json.putObject("pageDetails");
    details.put("count", page.size()).put("requestCount", query.pageSize());
    boolean earlier = !page.isEmpty() && id(page.get(0)) != id(matching.get(0));
    boolean later =
        !page.isEmpty() && id(page.get(page.size() - 1)) != id(matching.get(matching.size() - 1));
    details.put(
        "prevPageUrl", earlier ? url(call, type, query, "previousIds", id(page.get(0))) : null);
    details.put(
        "nextPageUrl",
        later ? url(call, type, query, "nextIds", id(page.get(page.size() - 1))) : null);
    return Answer.ok(json);
  }

  private static List<ObjectNode> select(List<ObjectNode> rows, int size, Position position) {
    if (position.before() != null) {
      List<ObjectNode> before = rows.stream().filter(r -> id(r) < position.before()).toList();
      return before.subList(Math.max(0, before.size() - size), before.size());
    }
    Stream<ObjectNode> all = rows.stream();
    return (position.after() == null ? all : all.filter(r -> id(r) > position.after()))
        .limit(size)
        .toList();
  }

  /** The names inside are the service's; their use as first and last id of a page is our choice. */
  private static String url(Call call, EntityType type, Query query, String name, long id) {
    ObjectNode paging = Answer.object().put("pageSize", query.pageSize());
    paging.putArray("previousIds");
    paging.putArray("nextIds");
    ((ArrayNode) paging.get(name)).add(id);
    String url =
        "%sV1.0/%s/query/next?paging=%s"
            .formatted(
                Call.zoneUrl(call.origin(), call.zone()), type.path(), encoded(paging.toString()));
    return call.method().equals("GET")
        ? url + "&search=" + encoded(call.query().get("search"))
        : url;
  }

  private static Position position(@Nullable String paging) {
    try {
      JsonNode json = ControlRoutes.MAPPER.readTree(paging == null ? "" : paging);
      JsonNode after = json.path("nextIds").path(0);
      JsonNode before = json.path("previousIds").path(0);
      if (after.isIntegralNumber() || before.isIntegralNumber()) {
        return after.isIntegralNumber()
            ? new Position(after.longValue(), null)
            : new Position(null, before.longValue());
      }
    } catch (JsonProcessingException e) {
      // told below, together with a paging without ids
    }
    throw new QueryException("The paging parameter is missing or invalid.");
  }

  private static long id(ObjectNode row) {
    return row.get("id").longValue();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
