package io.autotaskprovisioner.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** A ring as JSON: the two keysets as Tink writes them, in the clear. Stateless. */
final class KeyRingJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private KeyRingJson() {}

  /**
   * Reads one.
   *
   * @throws IOException if it is no ring; its message may quote what was read
   */
  static TinkKeyRing read(byte[] json) throws IOException {
    try {
      JsonNode root = MAPPER.readTree(json);
      return TinkKeyRing.parse(root.path("sealing").toString(), root.path("hashing").toString());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException(e);
    }
  }

  static byte[] write(TinkKeyRing ring) throws IOException {
    try {
      ObjectNode root = MAPPER.createObjectNode();
      root.set("sealing", MAPPER.readTree(ring.sealingKeyset()));
      root.set("hashing", MAPPER.readTree(ring.hashingKeyset()));
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
