package io.autotaskprovisioner.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port that nobody listens on at the moment. It is none that a system gives to who asks for
 * any (from 32768 on Linux, from 49152 elsewhere), so that nobody gets it by chance before the test
 * uses it.
 */
public final class FreePort {

  private static final int FIRST = 12_000;
  private static final int BEHIND = 32_000;

  private FreePort() {}

  public static int find() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody has it: another.
      }
    }
  }
}
