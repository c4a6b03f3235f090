package io.autotaskprovisioner.delivery;

import java.util.Optional;

/** Finds the token of an instance at the moment of sending, for destinations that ask for it. */
@FunctionalInterface
public interface InstanceTokens {

  /** Empty where the instance is gone. */
  Optional<String> tokenOf(long instanceId);
}
