package io.autotaskprovisioner.simulator;

import java.util.Objects;

/**
 * Where the simulator listens and how it behaves at its start and after a reset.
 *
 * @param host the address to bind, such as {@code 127.0.0.1}
 * @param port the port, 0 for a free one; 0 to 65535
 * @param switches the behaviour, see {@link Switches}
 */
public record SimulatorSettings(String host, int port, Switches switches) {

  public SimulatorSettings {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(switches, "switches");
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port is %d: give 0 to 65535".formatted(port));
    }
  }

  /** The given address with the default behaviour. */
  public SimulatorSettings(String host, int port) {
    this(host, port, Switches.DEFAULTS);
  }

  /** A free port of 127.0.0.1 with the default behaviour. */
  public static SimulatorSettings onFreePort() {
    return new SimulatorSettings("127.0.0.1", 0);
  }
}
