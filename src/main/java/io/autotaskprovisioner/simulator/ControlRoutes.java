package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;

/** The switches over HTTP: everything under {@code /simulator}, JSON in and out. */
final class ControlRoutes {

  private static final List<String> AREAS =
      List.of("settings", "users", "faults", "requests", "counters", "clock", "reset");
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(100).build())
                  .build())
          .build();

  private final World world;
  private final UserControl users;

  ControlRoutes(World world) {
    this.world = world;
    this.users = new UserControl(world);
  }

  void handle(RoutingContext context) {
    HttpServerResponse response = context.response();
    Answer answer;
    try {
      answer = answer(context);
    } catch (IllegalArgumentException e) {
      answer = error(400, String.valueOf(e.getMessage()));
    }
    Faults.write(response, answer);
  }

  private Answer answer(RoutingContext context) {
    List<String> parts = Call.split(context.request().path());
    String method = context.request().method().name();
    if (parts.size() == 1) {
      return method.equals("GET") ? Answer.ok(state()) : notAllowed(method);
    }
    String area = parts.get(1);
    if (parts.size() == 3 && area.equals("users")) {
      return users.one(method, decoded(parts.get(2)), () -> body(context));
    }
    if (parts.size() > 2 || !AREAS.contains(area)) {
      return error(404, new UnknownNameException("area", area, AREAS).getMessage());
    }
    return switch (method + " " + area) {
      case "GET settings" -> Answer.ok(world.switches().toJson());
      case "PUT settings", "PATCH settings" -> {
        ObjectNode changes = body(context);
        yield Answer.ok(world.change(old -> old.with(changes)).toJson());
      }
      case "GET users" -> users.list(number(context, "offset", 0), number(context, "limit", 100));
      case "GET faults" -> Answer.ok(faults());
      case "POST faults" -> {
        world.faults.add(FaultJson.read(body(context)));
        yield Answer.ok(faults());
      }
      case "DELETE faults" -> {
        world.faults.clear();
        yield Answer.ok(faults());
      }
      case "GET requests" -> Answer.ok(world.log.toJson(number(context, "limit", 100)));
      case "GET counters" -> Answer.ok(world.log.counters());
      case "GET clock" -> Answer.ok(clock());
      case "POST clock" -> {
        world.advance(step(body(context)));
        yield Answer.ok(clock());
      }
      case "POST reset" -> {
        world.reset();
        yield Answer.ok(state());
      }
      default -> notAllowed(method);
    };
  }

  private ObjectNode state() {
    ObjectNode json = Answer.object();
    json.set("settings", world.switches().toJson());
    json.put("storedUsers", world.users.stored().size());
    json.put("callsUnderWay", world.slots.underWay());
    json.set("faults", faults());
    json.set("counters", world.log.counters());
    json.put("time", world.now().toString());
    json.set("areas", MAPPER.valueToTree(AREAS));
    return json;
  }

  private JsonNode faults() {
    var json = MAPPER.createArrayNode();
    world.faults.list().forEach(fault -> json.add(FaultJson.write(fault)));
    return json;
  }

  private ObjectNode clock() {
    return Answer.object().put("time", world.now().toString());
  }

  private static Duration step(ObjectNode body) {
    try {
      return Duration.parse(body.path("advance").asText());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("Give {\"advance\":\"PT61M\"}, an ISO 8601 duration", e);
    }
  }

  private static ObjectNode body(RoutingContext context) {
    try {
      if (context.body() != null
          && context.body().buffer() != null
          && MAPPER.readTree(context.body().buffer().getBytes()) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The body is no JSON: line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()),
          e);
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException("The body cannot be read", e);
    }
    throw new IllegalArgumentException("The body has to be a JSON object");
  }

  private static int number(RoutingContext context, String name, int absent) {
    String text = context.queryParams().get(name);
    if (text == null) {
      return absent;
    }
    if (!text.matches("\\d{1,7}")) {
      throw new IllegalArgumentException(name + " has to be a whole number");
    }
    return Integer.parseInt(text);
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static Answer notAllowed(String method) {
    return error(405, "The method " + method + " is not for this path");
  }

  static Answer error(int status, String text) {
    return Answer.json(status, Answer.object().put("error", text));
  }
}
