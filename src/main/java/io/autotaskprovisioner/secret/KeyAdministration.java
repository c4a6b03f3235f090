package io.autotaskprovisioner.secret;

import io.autotaskprovisioner.secret.SealedColumn.Value;
import io.autotaskprovisioner.storage.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the keys of the ring without a moment in which something cannot be opened: a new key is
 * added, used once every process can open with it, everything is sealed anew with it, and the old
 * one removed once nothing is sealed with it any more. Each step says no where it would come too
 * early. Thread-safe, and safe on several processes at once.
 */
public final class KeyAdministration {

  private static final Logger LOG = LoggerFactory.getLogger(KeyAdministration.class);

  /** Our choice: as long as any attempt may take, so that what was sealed before is committed. */
  private static final long SETTLING_SECONDS = 60;

  /** Our choice: rows that are read at once, at most a few megabytes. */
  private static final int PIECE = 500;

  /** Our choice: rows of one write, so that no other write waits long. */
  private static final int WRITE = 50;

  /** Our choice: how long one call goes on, so that whoever waits for it sees progress. */
  private static final Duration CALL = Duration.ofSeconds(2);

  /**
   * A key.
   *
   * @param onRing false: something is sealed with it, but this ring does not have it
   * @param primary whether it seals
   * @param sealed values that it sealed, by column
   */
  public record Key(long id, boolean onRing, boolean primary, Map<String, Long> sealed) {

    public long total() {
      return sealed.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * All there is to know.
   *
   * @param source where the ring is kept
   * @param nodes the processes that live
   */
  public record Overview(String source, List<Key> keys, List<KeyRingNodes.Node> nodes) {}

  /**
   * What one call of {@link #reseal} did.
   *
   * @param after where the next one goes on; null at the end
   * @param looked values that were looked at
   * @param resealed values that are sealed with the primary key now
   * @param changed values that somebody else changed or removed at that moment, which seals anew
   * @param unreadable values that no key of the ring opens; they stay as they are
   */
  public record Piece(
      @Nullable String after, long looked, long resealed, long changed, long unreadable) {}

  private final Database database;
  private final ReloadingKeyRing ring;
  private final KeyRingNodes nodes;
  private final LongSupplier nanoTime;

  KeyAdministration(Database database, ReloadingKeyRing ring, KeyRingNodes nodes) {
    this.database = database;
    this.ring = ring;
    this.nodes = nodes;
    this.nanoTime = System::nanoTime;
  }

  /** Reads the sealed columns whole: seconds with a million instances. */
  public Overview overview() {
    TinkKeyRing now = ring.look();
    KeyCounts counts = counts();
    TreeSet<Long> ids = new TreeSet<>(now.keyIds());
    counts.keys().forEach(ids::add);
    List<Key> keys = new ArrayList<>();
    for (long id : ids) {
      keys.add(
          new Key(id, now.keyIds().contains(id), id == now.primaryId(), Map.copyOf(counts.of(id))));
    }
    return new Overview(ring.store().place(), keys, nodes.list());
  }

  /**
   * Adds a key that opens, but does not seal yet.
   *
   * @return its id
   * @throws RefusedKeyChangeException if the ring cannot be changed where it is
   */
  public long add() {
    TinkKeyRing changed = ring.store().change(TinkKeyRing::withNewKey);
    nodes.tellChange();
    List<Long> ids = changed.keyIds();
    long id = ids.get(ids.size() - 1);
    LOG.info("Added key {} to the key ring", id);
    return id;
  }

  /**
   * Seals with this key from now on.
   *
   * @throws RefusedKeyChangeException if a process that lives could not open what it seals, or the
   *     ring cannot be changed where it is
   */
  public void use(long id) {
    requireUsable(id);
    ring.store().change(kept -> kept.withPrimary(id));
    nodes.tellChange();
    LOG.info("Key {} of the key ring seals from now on", id);
  }

  /**
   * Sees to it that every process could open what this key seals.
   *
   * @throws RefusedKeyChangeException if one could not
   */
  public void requireUsable(long id) {
    String behind =
        nodes.list().stream()
            .filter(node -> !node.keys().contains(id))
            .map(node -> "%s (%d s ago)".formatted(node.name(), node.seenSecondsAgo()))
            .collect(Collectors.joining(", "));
    if (!behind.isEmpty()) {
      throw new RefusedKeyChangeException(
          "Key %d has not been read by %s: give each node the ring that has it, wait some twenty seconds, and try again; a node that ended is forgotten after two minutes."
              .formatted(id, behind));
    }
  }

  /**
   * Takes a key off the ring.
   *
   * @throws RefusedKeyChangeException if it seals here or elsewhere, something is still sealed with
   *     it, or the ring cannot be changed where it is
   */
  public void remove(long id) {
    requireRemovable(id);
    ring.store().change(kept -> kept.without(id));
    nodes.tellChange();
    LOG.info("Removed key {} from the key ring", id);
  }

  /**
   * Sees to it that nobody needs the key any more.
   *
   * @throws RefusedKeyChangeException if somebody does
   */
  public void requireRemovable(long id) {
    ring.look().without(id);
    List<KeyRingNodes.Node> living = nodes.list();
    for (KeyRingNodes.Node node : living) {
      if (node.primary() == id) {
        throw new RefusedKeyChangeException(
            "%s still seals with key %d: give it the ring that uses another, and wait some twenty seconds."
                .formatted(node.name(), id));
      }
    }
    for (KeyRingNodes.Node node : living) {
      if (node.primaryForSeconds() < SETTLING_SECONDS) {
        throw new RefusedKeyChangeException(
            "%s has sealed with its key for %d s only, and what it sealed before may still be on its way into the database: try again in %d s."
                .formatted(
                    node.name(),
                    node.primaryForSeconds(),
                    SETTLING_SECONDS - node.primaryForSeconds()));
      }
    }
    KeyCounts counts = counts();
    if (counts.total(id) > 0) {
      throw new RefusedKeyChangeException(
          "%d values are still sealed with key %d (%s): run keys reseal first."
              .formatted(
                  counts.total(id),
                  id,
                  counts.of(id).entrySet().stream()
                      .map(entry -> entry.getKey() + " " + entry.getValue())
                      .collect(Collectors.joining(", "))));
    }
  }

  /**
   * Seals anew what other keys than the primary one sealed, for some seconds. A value is replaced
   * only where it is still the one that was read; what others write meanwhile is sealed with the
   * primary key anyway. May be stopped at any time and run again, also by several at once.
   *
   * @param after where the call before ended; empty to begin
   * @throws IllegalArgumentException if that is no such place
   */
  public Piece reseal(Optional<String> after) {
    long begun = nanoTime.getAsLong();
    TinkKeyRing now = ring.look();
    Progress progress = Progress.behind(after);
    while (progress.hasNext() && nanoTime.getAsLong() - begun < CALL.toNanos()) {
      SealedColumn column = progress.column();
      List<String> place = progress.place();
      List<Value> piece = database.query(connection -> column.piece(connection, place, PIECE));
      progress.looked(piece);
      List<Value> old =
          piece.stream()
              .filter(value -> TinkKeyRing.keyIdOf(value.sealed()) != now.primaryId())
              .toList();
      for (int from = 0; from < old.size(); from += WRITE) {
        progress.add(write(column, old.subList(from, Math.min(old.size(), from + WRITE))), column);
      }
    }
    return progress.told();
  }

  private record Written(int resealed, int changed, int unreadable) {}

  /** Through the one thread that writes, so that it waits for nobody's locks and nobody for its. */
  private Written write(SealedColumn column, List<Value> values) {
    List<Value> opened = new ArrayList<>();
    List<byte[]> anew = new ArrayList<>();
    for (Value value : values) {
      String context = column.context(value);
      try {
        anew.add(ring.seal(ring.open(value.sealed(), context), context));
        opened.add(value);
      } catch (IllegalStateException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
    if (opened.isEmpty()) {
      return new Written(0, 0, values.size());
    }
    CompletableFuture<Integer> written =
        database.write(
            connection -> {
              int count = 0;
              for (int i = 0; i < opened.size(); i++) {
                if (column.replace(connection, opened.get(i), anew.get(i))) {
                  count++;
                }
              }
              return count;
            });
    int resealed = written.join();
    return new Written(resealed, opened.size() - resealed, values.size() - opened.size());
  }

  private KeyCounts counts() {
    return database.query(
        connection -> {
          KeyCounts counts = new KeyCounts();
          for (SealedColumn column : SealedColumn.ALL) {
            column.count(connection, counts);
          }
          return counts;
        });
  }

  /** Where the walk over all columns is, and what it has met. */
  private static final class Progress {

    private int column;
    private @Nullable List<String> place;
    private long looked;
    private long resealed;
    private long changed;
    private long unreadable;

    static Progress behind(Optional<String> after) {
      Progress progress = new Progress();
      after.ifPresent(progress::goTo);
      return progress;
    }

    private void goTo(String after) {
      int colon = after.indexOf(':');
      String name = colon < 0 ? after : after.substring(0, colon);
      column = 0;
      while (column < SealedColumn.ALL.size() && !column().name().equals(name)) {
        column++;
      }
      if (!hasNext()) {
        throw new IllegalArgumentException(after);
      }
      place = colon < 0 ? null : column().place(after.substring(colon + 1));
    }

    boolean hasNext() {
      return column < SealedColumn.ALL.size();
    }

    SealedColumn column() {
      return SealedColumn.ALL.get(column);
    }

    @Nullable List<String> place() {
      return place;
    }

    void looked(List<Value> piece) {
      looked += piece.size();
      if (piece.size() < PIECE) {
        column++;
        place = null;
      } else {
        place = piece.get(piece.size() - 1).place();
      }
    }

    void add(Written written, SealedColumn of) {
      resealed += written.resealed();
      changed += written.changed();
      unreadable += written.unreadable();
      LOG.debug("Sealed {} values of {} anew", written.resealed(), of.name());
    }

    Piece told() {
      String after =
          !hasNext()
              ? null
              : place == null ? column().name() : column().name() + ":" + column().text(place);
      return new Piece(after, looked, resealed, changed, unreadable);
    }
  }
}
