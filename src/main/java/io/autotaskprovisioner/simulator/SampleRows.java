package io.autotaskprovisioner.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Rows computed from tenant and id, the same at every start. */
final class SampleRows {

  private static final long ADMINISTRATOR = 4;

  private SampleRows() {}

  /** Company 0 is the tenant itself, resource 4 the built-in administrator. */
  static boolean isBuiltIn(EntityType type, long id) {
    return type == EntityType.COMPANIES && id == 0
        || type == EntityType.RESOURCES && id == ADMINISTRATOR;
  }

  static int builtIn(EntityType type) {
    return type == EntityType.COMPANIES || type == EntityType.RESOURCES ? 1 : 0;
  }

  static Stream<ObjectNode> all(SimulatedUser tenant, EntityType type, int rows) {
    LongStream builtIn =
        builtIn(type) == 0
            ? LongStream.empty()
            : LongStream.of(type == EntityType.COMPANIES ? 0 : ADMINISTRATOR);
    LongStream others =
        LongStream.rangeClosed(1, rows - builtIn(type)).map(n -> type.idBefore() + n);
    return LongStream.concat(builtIn, others).mapToObj(id -> row(tenant, type, id));
  }

  static ObjectNode row(SimulatedUser tenant, EntityType type, long id) {
    ObjectNode row = empty(type).put("id", id);
    int n = (int) Math.max(0, id - type.idBefore());
    switch (type) {
      case COMPANIES -> company(row, tenant, id, n);
      case INVOICES -> invoice(row, n);
      case BILLING_ITEMS -> billingItem(row, n);
      case RESOURCES -> resource(row, tenant, id, n);
    }
    return row;
  }

  /** All fields, null; companies have user-defined fields too. */
  static ObjectNode empty(EntityType type) {
    ObjectNode row = Answer.object();
    type.fields().forEach(field -> row.putNull(field.name()));
    if (type == EntityType.COMPANIES) {
      row.putArray("userDefinedFields");
    }
    return row;
  }

  private static void company(ObjectNode row, SimulatedUser tenant, long id, int n) {
    boolean own = id == 0;
    row.put("companyName", own ? tenant.companyName() : "Sample Company " + n)
        .put("companyNumber", own ? "0" : "C" + n)
        .put("companyType", !own && n % 5 == 0 ? 7 : 1)
        .put("ownerResourceID", ADMINISTRATOR)
        .put("phone", "555-01" + (10 + n % 90))
        .put("isActive", n % 7 != 6)
        .put("isSample", false)
        .put("city", "Springfield")
        .put("countryID", 237)
        .put("currencyID", 1)
        .put("isTaxExempt", false)
        .put("createDate", date(n) + "T08:00:00Z")
        .put("lastActivityDate", date(n) + "T09:30:00Z")
        .put("lastTrackedModifiedDateTime", date(n) + "T09:30:00.123Z");
  }

  private static void invoice(ObjectNode row, int n) {
    row.put("companyID", EntityType.COMPANIES.idBefore() + 1 + n % 5)
        .put("invoiceNumber", "INV-" + (10_000 + n))
        .put("invoiceTotal", 100.0 + n * 12.5)
        .put("totalTaxValue", n * 1.25)
        .put("isVoided", n % 11 == 10)
        .put("createDateTime", date(n) + "T10:00:00Z")
        .put("invoiceDateTime", date(n) + "T10:00:00Z")
        .put("paymentTerm", 1)
        .put("creatorResourceID", ADMINISTRATOR);
  }

  private static void billingItem(ObjectNode row, int n) {
    row.put("companyID", EntityType.COMPANIES.idBefore() + 1 + n % 5)
        .put("invoiceID", n % 4 == 3 ? null : EntityType.INVOICES.idBefore() + 1 + n % 8)
        .put("itemName", "Managed service " + n)
        .put("description", "Monthly service " + n)
        .put("quantity", 1.0)
        .put("rate", 12.5 * n)
        .put("extendedPrice", 12.5 * n)
        .put("totalAmount", 12.5 * n)
        .put("nonBillable", 0)
        .put("itemDate", date(n) + "T00:00:00Z")
        .put("postedDate", date(n) + "T00:00:00Z");
  }

  private static void resource(ObjectNode row, SimulatedUser tenant, long id, int n) {
    boolean administrator = id == ADMINISTRATOR;
    row.put("firstName", administrator ? "Autotask" : "Tech")
        .put("lastName", administrator ? "Administrator" : "Number " + n)
        .put("userName", administrator ? "administrator" : "tech" + n)
        .put("email", "tech" + n + "@tenant-" + tenant.ci() + ".example")
        .put("isActive", true)
        .put("licenseType", 1)
        .put("resourceType", "Employee");
  }

  private static String date(int n) {
    return java.time.LocalDate.of(2026, 1, 1).plusDays(n % 300).toString();
  }
}
