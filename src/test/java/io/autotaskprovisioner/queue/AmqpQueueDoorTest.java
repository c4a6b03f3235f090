package io.autotaskprovisioner.queue;

/** An external broker by AMQP 1.0, in transactions. */
class AmqpQueueDoorTest extends QueueDoorSuite {

  @Override
  String applicationProtocol() {
    return "amqp";
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
