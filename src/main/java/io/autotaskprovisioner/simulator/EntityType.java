package io.autotaskprovisioner.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The entities, their fields (names and types of the API's own Swagger) and what may be done. */
enum EntityType {
  COMPANIES("Companies", "Company", true, true, 174, Fields.COMPANY),
  INVOICES("Invoices", "Invoice", false, false, 1000, Fields.INVOICE),
  BILLING_ITEMS("BillingItems", "BillingItem", false, false, 5000, Fields.BILLING_ITEM),
  RESOURCES("Resources", "Resource", false, true, 29_682_884, Fields.RESOURCE);

  private final String path;
  private final String singular;
  private final boolean creatable;
  private final long idBefore;
  private final List<EntityField> fields;

  EntityType(
      String path,
      String singular,
      boolean creatable,
      boolean allWritable,
      long idBefore,
      String fields) {
    this.path = path;
    this.singular = singular;
    this.creatable = creatable;
    this.idBefore = idBefore;
    this.fields =
        Arrays.stream(fields.split(",")).map(spec -> EntityField.parse(spec, allWritable)).toList();
  }

  static Optional<EntityType> byPath(String segment) {
    return Arrays.stream(values()).filter(t -> t.path.equalsIgnoreCase(segment)).findFirst();
  }

  String path() {
    return path;
  }

  String singular() {
    return singular;
  }

  boolean isCreatable() {
    return creatable;
  }

  /** The computed rows have the ids after this one, and one built-in row. */
  long idBefore() {
    return idBefore;
  }

  List<EntityField> fields() {
    return fields;
  }

  /** Names are compared without regard to case. */
  Optional<EntityField> field(String name) {
    return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).findFirst();
  }

  /** Marks: ! not queryable, * required, - read only, + writable where the others are not. */
  private static final class Fields {
    static final String COMPANY =
        """
        id L-, companyName s*, companyNumber s, companyType i*, companyCategoryID i,
        classification i, parentCompanyID i, ownerResourceID i*, territoryID i, marketSegmentID i,
        competitorID i, apiVendorID i, isActive b, isSample b, address1 s, address2 s,
        additionalAddressInformation s, city s, state s, postalCode s, countryID i, phone s*,
        alternatePhone1 s, alternatePhone2 s, fax s, webAddress s, billToAddressToUse i,
        billToAttention s, billingAddress1 s, billingAddress2 s,
        billToAdditionalAddressInformation s, billToCity s, billToState s, billToZipCode s,
        billToCountryID i, billToCompanyLocationID i, currencyID i, invoiceMethod i,
        invoiceTemplateID i, invoiceEmailMessageID i, invoiceNonContractItemsToParentCompany b,
        quoteTemplateID i, quoteEmailMessageID i, purchaseOrderTemplateID i, isTaxExempt b,
        taxID s, taxRegionID i, assetValue d!, sicCode s, stockMarket s, stockSymbol s,
        surveyCompanyRating d, isClientPortalActive b, isTaskFireActive b,
        isEnabledForComanaged b, createDate t-, createdByResourceID i-,
        impersonatorCreatorResourceID i-, lastActivityDate t-, lastTrackedModifiedDateTime t-\
        """;
    static final String INVOICE =
        """
        id L, batchID i, comments s, companyID i, createDateTime t, creatorResourceID i,
        dueDate t!, fromDate t, invoiceDateTime t, invoiceEditorTemplateID i, invoiceNumber s+,
        invoiceTotal d, isVoided b, orderNumber s, paidDate t+, paymentTerm i, taxGroup i!,
        taxRegionName s, toDate t, totalTaxValue d, voidedByResourceID i, voidedDate t,
        webServiceDate t+\
        """;
    static final String BILLING_ITEM =
        """
        id L, accountManagerWhenApprovedID i, billingCodeID i, billingItemType i, subType i,
        companyID i, configurationItemID L, contractChargeID L, contractID i,
        contractServiceID i, contractServiceAdjustmentID i, contractServicePeriodID i,
        contractServiceBundleID i, contractServiceBundleAdjustmentID i,
        contractServiceBundlePeriodID i, description s, expenseItemID i, extendedPrice d,
        internalCurrencyExtendedPrice d, internalCurrencyRate d, internalCurrencyTaxDollars d,
        internalCurrencyTotalAmount d, invoiceID i, itemApproverID i, itemDate t, itemName s,
        lineItemFullDescription s!, lineItemGroupDescription s!, milestoneID L, nonBillable i,
        organizationalLevelAssociationID i, ourCost d, postedDate t, postedOnTime t,
        projectChargeID L, projectID i, purchaseOrderNumber s, quantity d, rate d, roleID i,
        serviceBundleID L, serviceID L, sortOrderID L, taskID i, taxDollars d, ticketChargeID L,
        ticketID i, timeEntryID i, totalAmount d, vendorID L, webServiceDate t+\
        """;
    static final String RESOURCE =
        """
        id L-, accountingReferenceID s, dateFormat s, defaultServiceDeskRoleID L!, email s,
        email2 s, email3 s, emailTypeCode s, emailTypeCode2 s, emailTypeCode3 s, firstName s,
        gender s, greeting i, hireDate t, homePhone s, initials s, internalCost d, isActive b,
        lastName s, licenseType i, locationID i, middleName s, mobilePhone s, numberFormat s,
        officeExtension s, officePhone s, payrollType i, resourceType s, suffix s,
        surveyResourceRating d, timeFormat s, title s, travelAvailabilityPct s, userName s,
        userType i\
        """;
  }
}
