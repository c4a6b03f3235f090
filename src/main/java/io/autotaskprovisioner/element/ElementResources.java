package io.autotaskprovisioner.element;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an element's tokens lead to, read from its data file. Immutable and thread-safe.
 *
 * @param names the resources that the hosted service had, such as {@code customers}
 * @param objects what {@code GET /objects} lists: names in the provider's words
 * @param queries how a resource is read at the provider; resources without one are not served
 * @param polling the default of {@code event.poller.configuration}, by resource; empty where the
 *     element knows no events; treat as read-only
 */
public record ElementResources(
    List<String> names,
    List<String> objects,
    Map<String, ResourceQuery> queries,
    ObjectNode polling) {

  public ElementResources {
    names = List.copyOf(names);
    objects = List.copyOf(objects);
    queries = Map.copyOf(queries);
  }

  /** How the resource is read; empty where it is not served. */
  public Optional<ResourceQuery> query(String resource) {
    return Optional.ofNullable(queries.get(resource));
  }
}
