package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import java.util.TreeMap;

/** The picklist of {@code companyType} as a real user interface showed it (5 is not used). */
final class CompanyTypes {

  private static final Map<Integer, String> LABELS =
      new TreeMap<>(
          Map.of(
              1,
              "Customer",
              2,
              "Lead",
              3,
              "Prospect",
              4,
              "Dead",
              6,
              "Cancelation",
              7,
              "Vendor",
              8,
              "Partner"));

  private CompanyTypes() {}

  /** A picklist value is a string, although the entity's field is a number. */
  static void addTo(ArrayNode values) {
    LABELS.forEach(
        (value, label) ->
            values
                .addObject()
                .put("value", String.valueOf(value))
                .put("label", label)
                .put("isDefaultValue", false)
                .put("sortOrder", value)
                .put("parentValue", "")
                .put("isActive", true)
                .put("isSystem", true));
  }
}
