package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A field of an entity.
 *
 * @param type L int64, i int32, d double, b bool, t date-time, s string
 * @param queryable whether a filter may name it
 * @param required whether a new row needs it
 * @param writable whether a change of a row takes it
 */
record EntityField(String name, char type, boolean queryable, boolean required, boolean writable) {

  /**
   * {@code name type} with the marks {@code !} not queryable, {@code *} required, {@code +}
   * writable.
   */
  static EntityField parse(String spec, boolean allWritable) {
    String[] parts = spec.strip().split("\\s+");
    String marks = parts[1].substring(1);
    return new EntityField(
        parts[0],
        parts[1].charAt(0),
        !marks.contains("!"),
        marks.contains("*"),
        marks.contains("+") || allWritable && !marks.contains("-"));
  }

  boolean isNumber() {
    return type == 'L' || type == 'i' || type == 'd';
  }

  ObjectNode describe() {
    ObjectNode json =
        Answer.object()
            .put("name", name)
            .put("label", name)
            .put("dataType", dataType())
            .put("length", type == 's' ? 150 : 0)
            .put("isRequired", required)
            .put("isReadOnly", !writable)
            .put("isQueryable", queryable)
            .put("isReference", name.endsWith("ResourceID"))
            .put("referenceEntityType", name.endsWith("ResourceID") ? "Resource" : "");
    boolean picklist = name.equals("companyType");
    json.put("isPickList", picklist);
    if (picklist) {
      CompanyTypes.addTo(json.putArray("picklistValues"));
    } else {
      json.putNull("picklistValues");
    }
    return json.put("picklistParentValueField", "")
        .put("isSupportedWebhookField", name.equals("companyName"));
  }

  private String dataType() {
    return switch (type) {
      case 'L' -> "long";
      case 'i' -> "integer";
      case 'd' -> "double";
      case 'b' -> "boolean";
      case 't' -> "datetime";
      default -> "string";
    };
  }
}
