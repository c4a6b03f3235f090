package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A fault in the control's JSON. */
final class FaultJson {

  private static final List<String> NAMES =
      List.of("kind", "calls", "path", "status", "text", "delayMillis");

  private FaultJson() {}

  /** {@code kind} is required; {@code calls} is 1 where absent. */
  static Fault read(ObjectNode body) {
    JsonFields fields = JsonFields.of(body, "field of a fault", NAMES);
    Fault base = Fault.next(fields.number("calls", 1), Fault.Kind.of(fields.text("kind", "")));
    return new Fault(
        base.kind(),
        base.calls(),
        fields.text("path", ""),
        fields.number("status", base.status()),
        fields.text("text", base.text()),
        fields.number("delayMillis", base.delayMillis()));
  }

  static ObjectNode write(Fault fault) {
    return Answer.object()
        .put("kind", fault.kind().jsonName())
        .put("calls", fault.calls())
        .put("path", fault.path())
        .put("status", fault.status())
        .put("text", fault.text())
        .put("delayMillis", fault.delayMillis());
  }
}
