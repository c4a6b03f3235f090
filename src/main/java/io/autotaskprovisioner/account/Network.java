package io.autotaskprovisioner.account;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** What counts as one network where tries are counted. */
final class Network {

  private static final int IPV6_BYTES = 16;
  private static final int IPV6_NETWORK_BYTES = 8;

  private Network() {}

  /**
   * An address of IPv4, of IPv6 the first half, which one subscriber has whole.
   *
   * @param address an IP address, not a name
   */
  static String of(String address) {
    try {
      byte[] bytes = InetAddress.getByName(address).getAddress();
      return HexFormat.of()
          .formatHex(bytes.length == IPV6_BYTES ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
    } catch (UnknownHostException e) {
      return address;
    }
  }
}
