package io.autotaskprovisioner.movein;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.journal.ProvisioningRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One instance of an import with its credentials, fit to be proven. {@link #toString} shows no
 * secret.
 *
 * @param place in the array that was sent, from 1
 * @param id null where it shall get another
 * @param createdAt null where it was not told
 * @param request what an instance like it would be provisioned from
 */
record ImportedInstance(
    int place,
    @Nullable Long id,
    String token,
    @Nullable Instant createdAt,
    boolean disabled,
    boolean traceLoggingEnabled,
    ProvisioningRequest request) {

  /** The JSON that {@link InstanceReader} reads it from again. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id);
    json.put("token", token);
    if (createdAt != null) {
      json.put("createdDate", createdAt.toString());
    }
    json.put("disabled", disabled);
    json.put("traceLoggingEnabled", traceLoggingEnabled);
    json.put("name", request.name());
    json.put("element", request.element());
    List<String> tags = request.tags();
    if (tags != null) {
      tags.forEach(json.putArray("tags")::add);
    }
    request.configuration().forEach(json.putObject("configuration")::put);
    return json;
  }

  ImportedInstance withId(long newId) {
    return new ImportedInstance(
        place, newId, token, createdAt, disabled, traceLoggingEnabled, request);
  }

  @Override
  public String toString() {
    return "ImportedInstance[" + place + ", id " + id + "]";
  }
}
