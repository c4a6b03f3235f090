package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Fields of a control's body, each with its type checked and its name known. */
record JsonFields(ObjectNode body) {

  static JsonFields of(ObjectNode body, String what, List<String> known) {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new UnknownNameException(what, name, known);
              }
            });
    return new JsonFields(body);
  }

  String text(String name, String absent) {
    return read(name, absent, JsonNode::isTextual, JsonNode::textValue, "a text");
  }

  int number(String name, int absent) {
    return read(
        name,
        absent,
        node -> node.isIntegralNumber() && node.canConvertToInt(),
        JsonNode::intValue,
        "a whole number");
  }

  boolean flag(String name, boolean absent) {
    return read(name, absent, JsonNode::isBoolean, JsonNode::booleanValue, "true or false");
  }

  boolean has(String name) {
    return body.has(name);
  }

  JsonNode get(String name) {
    return body.path(name);
  }

  private <T> T read(
      String name, T absent, Predicate<JsonNode> fits, Function<JsonNode, T> value, String type) {
    JsonNode node = body.get(name);
    if (node == null) {
      return absent;
    }
    if (!fits.test(node)) {
      throw new IllegalArgumentException("%s has to be %s".formatted(name, type));
    }
    return value.apply(node);
  }
}
