package io.autotaskprovisioner.queue;

/** An external broker by core protocol, without transactions. */
class CoreQueueDoorTest extends QueueDoorSuite {

  @Override
  String applicationProtocol() {
    return "tcp";
  }

  @Override
  boolean transacted() {
    return false;
  }

  @Override
  String programProtocol() {
    return "amqp";
  }
}
