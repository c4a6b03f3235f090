package io.autotaskprovisioner.intake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.autotaskprovisioner.instance.Instance;
import io.autotaskprovisioner.instance.InstanceJson;
import io.autotaskprovisioner.instance.Instances;
import io.autotaskprovisioner.journal.Batch;
import io.autotaskprovisioner.journal.Journal;
import io.autotaskprovisioner.journal.Journal.JournalFilter;
import io.autotaskprovisioner.journal.RequestStatus;
import io.autotaskprovisioner.storage.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the instances that a batch made, one JSON a line; one that was deleted since is left out.
 * Memory does not grow with their number. Thread-safe.
 */
final class SucceededLines {

  private static final int PAGE = 500;

  private final Journal journal;
  private final Database database;
  private final Instances instances;
  private final InstanceJson json;
  private final boolean includeToken;

  SucceededLines(
      Journal journal,
      Database database,
      Instances instances,
      InstanceJson json,
      boolean includeToken) {
    this.journal = journal;
    this.database = database;
    this.instances = instances;
    this.json = json;
    this.includeToken = includeToken;
  }

  void write(Batch batch, Writer writer) throws IOException {
    List<Long> page = new ArrayList<>(PAGE);
    try {
      journal.forEach(
          JournalFilter.ofBatch(batch.id(), RequestStatus.SUCCEEDED),
          entry -> {
            if (entry.instanceId() != null) {
              page.add(entry.instanceId());
            }
            if (page.size() == PAGE) {
              writePage(page, writer);
            }
          });
      writePage(page, writer);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void writePage(List<Long> ids, Writer writer) {
    if (ids.isEmpty()) {
      return;
    }
    List<Instance> found =
        database.query(connection -> instances.findAll(connection, List.copyOf(ids)));
    ids.clear();
    try {
      for (Instance instance : found) {
        ObjectNode line = includeToken ? json.write(instance) : json.writeWithoutToken(instance);
        writer.write(line.toString());
        writer.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
