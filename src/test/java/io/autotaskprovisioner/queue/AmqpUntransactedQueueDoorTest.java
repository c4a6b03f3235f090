package io.autotaskprovisioner.queue;

/** An external broker by AMQP 1.0 without transactions. */
class AmqpUntransactedQueueDoorTest extends QueueDoorSuite {

  @Override
  String applicationProtocol() {
    return "amqp";
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
