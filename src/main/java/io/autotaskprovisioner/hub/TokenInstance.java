package io.autotaskprovisioner.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.autotask.EntityQuery;
import io.autotaskprovisioner.autotask.LoginCredentials;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ResourceQuery;
import io.autotaskprovisioner.instance.Instance;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instance of an element token as a hub call uses it: its stored login and its way to show
 * items. Immutable and thread-safe; {@link #toString} shows no secret.
 */
public record TokenInstance(Instance instance, Element element) {

  private static final String FILTER_NULLS = "filter.response.nulls";

  /** What {@code autotask:query} takes to read the page. */
  public EntityQuery query(ResourceQuery resource, ItemPage page) {
    return new EntityQuery(login(), resource.entity(), page.afterId(), page.skip(), page.size());
  }

  /**
   * A row as an item of the resource: {@code id} a text, as the hosted service's items had it;
   * field names of the resource; without nulls unless {@code filter.response.nulls} is {@code
   * false}.
   *
   * <p>Our choice: items are flat, so that lists and objects, such as user-defined fields, are left
   * out.
   */
  public ObjectNode item(ObjectNode row, ResourceQuery resource) {
    boolean nulls = "false".equalsIgnoreCase(instance.configuration().get(FILTER_NULLS));
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : row.properties()) {
      JsonNode value = field.getValue();
      if (value.isContainerNode() || value.isNull() && !nulls) {
        continue;
      }
      String name = resource.fields().getOrDefault(field.getKey(), field.getKey());
      item.set(name, name.equals("id") ? JsonNodeFactory.instance.textNode(value.asText()) : value);
    }
    return item;
  }

  private LoginCredentials login() {
    Map<String, @Nullable String> configuration = instance.configuration();
    String code = configuration.get(element.integrationCodeKey());
    return new LoginCredentials(
            configuration.get(element.userNameKey()),
            configuration.get(element.passwordKey()),
            code == null || code.isBlank() ? null : code,
            configuration.get(element.serverUrlKey()))
        .acceptedBefore(instance.valid());
  }

  @Override
  public String toString() {
    return "TokenInstance[" + instance + "]";
  }
}
