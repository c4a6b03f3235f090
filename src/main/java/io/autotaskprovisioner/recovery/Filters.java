package io.autotaskprovisioner.recovery;

import io.autotaskprovisioner.delivery.DeliveryFilter;
import io.autotaskprovisioner.delivery.DeliveryStatus;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.journal.BatchFilter;
import io.autotaskprovisioner.journal.BatchStatus;
import io.autotaskprovisioner.journal.Door;
import io.autotaskprovisioner.journal.FailureClass;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.ReplyFilter;
import io.autotaskprovisioner.journal.ReplyFilter.ReplyStatus;
import io.autotaskprovisioner.journal.RequestStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the words of filters, the same for lists and for bulk operations, so that what is listed is
 * what is run again. Thread-safe; each method throws {@link InvalidFilterException} for a word that
 * makes no sense.
 */
public final class Filters {

  /** The words by which requests are filtered. */
  public static final List<String> OF_REQUESTS =
      List.of(
          "status",
          "failureClass",
          "batch",
          "door",
          "element",
          "text",
          "requestId",
          "from",
          "to",
          "suspendedCode");

  /** The words by which batches are filtered. */
  public static final List<String> OF_BATCHES = List.of("status", "door", "name", "from", "to");

  /** The words by which deliveries are filtered. */
  public static final List<String> OF_DELIVERIES =
      List.of(
          "status",
          "destination",
          "instanceId",
          "eventType",
          "from",
          "to",
          "lastStatusCode",
          "error");

  /** The words by which replies are filtered. */
  public static final List<String> OF_REPLIES =
      List.of("status", "request", "destination", "error");

  private final ElementCatalogue catalogue;

  public Filters(ElementCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /**
   * @param accountId whose; null for those of all accounts
   */
  public JournalFilter requests(FilterWords words, @Nullable Long accountId) {
    return new JournalFilter(
        accountId,
        words.number("batch"),
        null,
        words.choice("status", RequestStatus.class),
        words.choice("failureClass", FailureClass.class),
        words.choice("door", Door.class),
        element(words),
        words.word("text").orElse(null),
        words.word("requestId").orElse(null),
        words.time("from"),
        words.time("to"),
        words.word("suspendedCode").map(Filters::code).orElse(null));
  }

  public BatchFilter batches(FilterWords words, @Nullable Long accountId) {
    return new BatchFilter(
        accountId,
        words.choice("status", BatchStatus.class),
        words.choice("door", Door.class),
        words.word("name").orElse(null),
        words.time("from"),
        words.time("to"));
  }

  public DeliveryFilter deliveries(FilterWords words, @Nullable Long accountId) {
    Long statusCode = words.number("lastStatusCode");
    return new DeliveryFilter(
        accountId,
        words.choice("status", DeliveryStatus.class),
        words.word("destination").orElse(null),
        words.number("instanceId"),
        words.word("eventType").orElse(null),
        words.time("from"),
        words.time("to"),
        statusCode == null ? null : Math.toIntExact(Math.min(statusCode, Integer.MAX_VALUE)),
        words.word("error").orElse(null));
  }

  public ReplyFilter replies(FilterWords words, @Nullable Long accountId) {
    return new ReplyFilter(
        accountId,
        words.choice("status", ReplyStatus.class),
        words.number("request"),
        words.word("destination").orElse(null),
        words.word("error").orElse(null));
  }

  private @Nullable String element(FilterWords words) {
    return words
        .word("element")
        .map(
            given ->
                catalogue
                    .find(given)
                    .map(Element::key)
                    .orElseThrow(
                        () ->
                            new InvalidFilterException(
                                "element must be a key or id that GET /elements lists.")))
        .orElse(null);
  }

  private static String code(String hash) {
    if (!hash.matches("([0-9a-f]{2}){4,64}")) {
      throw new InvalidFilterException(
          "suspendedCode must be the id of one that GET /verification/suspended lists.");
    }
    return hash;
  }
}
