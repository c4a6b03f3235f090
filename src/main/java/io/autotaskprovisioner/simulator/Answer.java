package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** What goes back to a caller. */
record Answer(int status, String contentType, String body, Map<String, String> headers) {

  private static final String JSON = "application/json; charset=utf-8";
  private static final String HTML = "text/html";

  static Answer json(int status, JsonNode body) {
    return new Answer(status, JSON, body.toString(), Map.of());
  }

  static Answer ok(JsonNode body) {
    return json(200, body);
  }

  /** The service's usual error body, {@code {"errors":["text"]}}. */
  static Answer errors(int status, String text) {
    ObjectNode body = object();
    body.putArray("errors").add(text);
    return json(status, body);
  }

  /** Every rejected login looks like this, whatever the reason. */
  static Answer unauthorized(int zone) {
    String host = "webservices" + (zone == 0 ? "" : zone) + ".autotask.net";
    return new Answer(401, "", "", Map.of("WWW-Authenticate", "Basic Realm=\"" + host + "\""));
  }

  static Answer methodNotAllowed(String method) {
    return json(
        405,
        object()
            .put(
                "Message",
                "The requested resource does not support http method '" + method + "'."));
  }

  static Answer notFound(boolean html, String path) {
    if (!html) {
      return json(
          404,
          object()
              .put(
                  "Message",
                  "No HTTP resource was found that matches the request URI '" + path + "'."));
    }
    return html(
        404,
        "404 - File or directory not found.",
        "The resource you are looking for might have been removed, had its name changed, or is"
            + " temporarily unavailable.");
  }

  static Answer html(int status, String title, String text) {
    String page =
        "<!DOCTYPE html>\r\n<html><head><title>%1$s</title></head>\r\n"
            + "<body><h2>%1$s</h2><h3>%2$s</h3></body></html>\r\n";
    return new Answer(status, HTML, page.formatted(title, text), Map.of());
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
