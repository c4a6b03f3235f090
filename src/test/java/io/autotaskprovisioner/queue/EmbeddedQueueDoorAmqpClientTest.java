package io.autotaskprovisioner.queue;

/** The embedded broker, used by AMQP 1.0. */
class EmbeddedQueueDoorAmqpClientTest extends QueueDoorSuite {

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
    return "amqp";
  }
}
