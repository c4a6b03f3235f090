package io.autotaskprovisioner.faults;

import java.util.Random;

/** Does the program or its surroundings a harm, again and again. */
interface Nemesis {

  /**
   * Strikes once; may leave the harm in place until it strikes again or heals.
   *
   * @param random the only source of chance, so that a seed repeats the harm
   */
  void strike(Random random) throws Exception;

  /** Leaves everything well. */
  default void heal() throws Exception {}
}
