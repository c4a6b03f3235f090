package io.autotaskprovisioner.queue;

import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.MessageListenerContainerFactory;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.util.backoff.ExponentialBackOff;

/** Makes consumers that look for a lost broker after 1 s, then ever later, at last every 30 s. */
final class ListenerContainers implements MessageListenerContainerFactory {

  private static final long FIRST_WAIT = 1_000;
  private static final long LONGEST_WAIT = 30_000;

  @Override
  public AbstractMessageListenerContainer createMessageListenerContainer(JmsEndpoint endpoint) {
    DefaultJmsMessageListenerContainer container = new DefaultJmsMessageListenerContainer(endpoint);
    ExponentialBackOff backOff = new ExponentialBackOff(FIRST_WAIT, 2);
    backOff.setMaxInterval(LONGEST_WAIT);
    container.setBackOff(backOff);
    return container;
  }
}
