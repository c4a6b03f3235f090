package io.autotaskprovisioner.queue;

/** The embedded broker, used by core protocol. */
class EmbeddedQueueDoorTest extends QueueDoorSuite {

  @Override
  String applicationProtocol() {
    return null;
  }

  @Override
  boolean transacted() {
    return true;
  }

  @Override
  String programProtocol() {
    return "tcp";
  }
}
