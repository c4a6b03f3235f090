package io.autotaskprovisioner.queue;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Interceptor;
import org.apache.activemq.artemis.core.protocol.core.Packet;
import org.apache.activemq.artemis.core.protocol.core.impl.PacketImpl;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Keeps the embedded broker from connecting, at the word of anybody who can reach its port, to a
 * broker that they name: Artemis before 2.52 asks for no login first (CVE-2026-27446). Nothing here
 * federates brokers. Public, since Artemis makes it by its name; stateless.
 */
public final class FederationRefusal implements Interceptor {

  @Override
  public boolean intercept(Packet packet, RemotingConnection connection) throws ActiveMQException {
    if (packet.getType() != PacketImpl.FEDERATION_DOWNSTREAM_CONNECT) {
      return true;
    }
    connection.disconnect(false);
    return false;
  }
}
