package io.autotaskprovisioner.movein;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.instance.Instances.Bearer;
import io.autotaskprovisioner.storage.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an import without changing anything: whether every instance is fit to be stored, has its
 * credentials, and takes nobody's id or token. Thread-safe; waits for the database.
 */
final class ImportChecker {

  private static final int MAX_SHOWN = 200;

  private final Database database;
  private final Instances instances;
  private final ElementCatalogue catalogue;
  private final InstanceReader reader;

  ImportChecker(
      Database database, Instances instances, ElementCatalogue catalogue, InstanceReader reader) {
    this.database = database;
    this.instances = instances;
    this.catalogue = catalogue;
    this.reader = reader;
  }

  /**
   * @param given the instances, an array
   * @param credentials an array
   * @param skipOthers whether instances of elements that are not known are left out
   */
  ImportCheck check(JsonNode given, JsonNode credentials, long accountId, boolean skipOthers) {
    List<ImportProblem> problems = new ArrayList<>();
    List<ImportCheck.Skipped> skipped = new ArrayList<>();
    List<ImportedInstance> read = new ArrayList<>();
    Credentials known = new Credentials(credentials, problems);
    int place = 0;
    for (JsonNode instance : given) {
      place++;
      Optional<Element> element = catalogue.find(elementOf(instance));
      if (element.isEmpty() && skipOthers && instance.isObject()) {
        known.of(shown(instance, "id"), shown(instance, "name"), null);
        skipped.add(
            new ImportCheck.Skipped(
                place,
                Objects.requireNonNullElse(shown(instance, "id"), ""),
                Objects.requireNonNullElse(shown(instance, "name"), ""),
                clipped(elementOf(instance))));
      } else {
        read(instance, element, place, accountId, known, problems).ifPresent(read::add);
      }
    }
    known.addUnused(problems);
    addRepeats(read, problems);
    return againstStored(accountId, read, skipped, problems);
  }

  private Optional<ImportedInstance> read(
      JsonNode instance,
      Optional<Element> element,
      int place,
      long accountId,
      Credentials known,
      List<ImportProblem> problems) {
    try {
      if (!instance.isObject()) {
        throw new InstanceReader.UnfitException(
            "It is no JSON object.", "Send the array that GET /instances answered.");
      }
      Element of =
          element.orElseThrow(
              () ->
                  new InstanceReader.UnfitException(
                      "It is of the element '%s', which is not known here."
                          .formatted(clipped(elementOf(instance))),
                      "Leave it out of the file, or have all such skipped (skipOtherElements)."));
      ObjectNode configuration = JsonNodeFactory.instance.objectNode();
      if (instance.path("configuration") instanceof ObjectNode shown) {
        configuration.setAll(shown);
      }
      JsonNode entry =
          known
              .of(
                  shown(instance, "id"),
                  shown(instance, "name"),
                  configuration.path(of.userNameKey()).asText(null))
              .orElseThrow(
                  () ->
                      new InstanceReader.UnfitException(
                          "It has no credentials.",
                          "Add some with its id, its name or its user name."));
      Credentials.apply(entry, of, configuration);
      return Optional.of(reader.read(instance, of, configuration, place, accountId));
    } catch (InstanceReader.UnfitException e) {
      problems.add(problem(instance, place, e.getMessage(), e.wayOut()));
      return Optional.empty();
    }
  }

  private static void addRepeats(List<ImportedInstance> read, List<ImportProblem> problems) {
    Map<Object, Integer> places = new HashMap<>();
    for (ImportedInstance instance : read) {
      Integer sameToken = places.putIfAbsent(instance.token(), instance.place());
      Integer sameId =
          instance.id() == null ? null : places.putIfAbsent(instance.id(), instance.place());
      Integer other = sameToken == null ? sameId : sameToken;
      if (other != null) {
        problems.add(
            problem(
                instance,
                "It has the %s of instance number %d of the file."
                    .formatted(sameToken == null ? "id" : "token", other),
                "Leave one of the two out."));
      }
    }
  }

  private ImportCheck againstStored(
      long accountId,
      List<ImportedInstance> read,
      List<ImportCheck.Skipped> skipped,
      List<ImportProblem> problems) {
    List<Long> ids = read.stream().map(ImportedInstance::id).filter(Objects::nonNull).toList();
    List<String> tokens = read.stream().map(ImportedInstance::token).toList();
    Map<Long, Bearer> byId = database.query(connection -> instances.bearersOfIds(connection, ids));
    Map<String, Bearer> byToken =
        database.query(connection -> instances.bearersOfTokens(connection, tokens));
    List<ImportedInstance> fit = new ArrayList<>();
    List<ImportedInstance> present = new ArrayList<>();
    for (ImportedInstance instance : read) {
      Bearer ofId = byId.get(instance.id());
      Bearer ofToken = byToken.get(instance.token());
      boolean same =
          ofToken != null
              && ofToken.accountId() == accountId
              && (instance.id() == null || instance.id() == ofToken.id());
      if (same) {
        present.add(instance.withId(ofToken.id()));
      } else if (ofToken != null) {
        problems.add(
            problem(
                instance,
                "Its token is that of instance %d of account %d here."
                    .formatted(ofToken.id(), ofToken.accountId()),
                "Delete that one first, or leave this one out."));
      } else if (ofId != null) {
        problems.add(
            problem(
                instance,
                "Its id is that of another instance, of account %d, here."
                    .formatted(ofId.accountId()),
                "Delete that one first, or take the id out of this one: it gets another, and its"
                    + " token stays."));
      } else {
        fit.add(instance);
      }
    }
    return new ImportCheck(accountId, fit, present, skipped, problems);
  }

  private static ImportProblem problem(ImportedInstance instance, String problem, String wayOut) {
    Long id = instance.id();
    return new ImportProblem(
        instance.place(),
        id == null ? null : id.toString(),
        instance.request().name(),
        problem,
        wayOut);
  }

  private static ImportProblem problem(
      JsonNode instance, int place, String problem, String wayOut) {
    return new ImportProblem(
        place, shown(instance, "id"), shown(instance, "name"), problem, wayOut);
  }

  private static String elementOf(JsonNode instance) {
    JsonNode element = instance.path("element");
    JsonNode reference =
        element.isObject()
            ? (element.hasNonNull("key") ? element.get("key") : element.path("id"))
            : element;
    return reference.asText("").strip();
  }

  private static @Nullable String shown(JsonNode instance, String field) {
    JsonNode value = instance.path(field);
    return value.isValueNode() && !value.isNull() ? clipped(value.asText()) : null;
  }

  private static String clipped(String text) {
    String printable = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?");
    return printable.length() <= MAX_SHOWN ? printable : printable.substring(0, MAX_SHOWN);
  }
}
