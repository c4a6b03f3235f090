package io.autotaskprovisioner.secret;

import java.util.Optional;
import java.util.function.UnaryOperator;

/** Where a ring is kept outside of the database. Thread-safe. */
interface KeyRingStore {

  /** What it is called in messages: the setting and the place, as the beginning of a sentence. */
  String place();

  /**
   * The ring; empty where there is none.
   *
   * @throws io.autotaskprovisioner.setting.InvalidSettingException if there is one that cannot be
   *     read or holds no ring
   */
  Optional<TinkKeyRing> read();

  /** Changes whenever the content does; two equal stamps mean that nothing changed. */
  Object stamp();

  /**
   * Keeps the ring unless there is one.
   *
   * @return whether this call kept it
   * @throws io.autotaskprovisioner.setting.InvalidSettingException if nothing can be kept here
   */
  boolean create(TinkKeyRing ring);

  /** Takes back what {@link #create} kept, before anything was sealed with it. */
  void remove();

  /**
   * Replaces the ring by what the change makes of it; of several processes that do so at once, one
   * waits for the other.
   *
   * @throws RefusedKeyChangeException if it cannot be changed here
   */
  TinkKeyRing change(UnaryOperator<TinkKeyRing> change);
}
