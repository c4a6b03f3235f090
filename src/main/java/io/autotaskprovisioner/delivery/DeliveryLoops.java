package io.autotaskprovisioner.delivery;

import java.util.List;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The loops of all destinations. Stopping lets posts under way end and writes their outcomes; what
 * was claimed and not sent is free for others at once.
 */
final class DeliveryLoops extends ServiceSupport {

  private final List<DestinationLoop> loops;

  DeliveryLoops(List<DestinationLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  void wake() {
    loops.forEach(DestinationLoop::wake);
  }

  @Override
  protected void doStart() {
    loops.forEach(DestinationLoop::start);
  }

  @Override
  protected void doStop() throws InterruptedException {
    loops.forEach(DestinationLoop::requestStop);
    for (DestinationLoop loop : loops) {
      loop.awaitStop();
    }
  }
}
