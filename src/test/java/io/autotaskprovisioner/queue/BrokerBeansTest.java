package io.autotaskprovisioner.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerBeansTest {

  @TempDir Path folder;

  @Test
  void a_port_that_is_taken_stops_the_start_and_says_what_to_set() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  new BrokerBeans()
                      .configure(context("queue.port", Integer.toString(taken.getLocalPort()))))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("queue.port")
          .hasMessageContaining("queue.enabled=false");
    }
  }

  @Test
  void switched_off_there_is_no_component_no_broker_and_no_password() throws Exception {
    CamelContext context = context("queue.enabled", "off");

    new BrokerBeans().configure(context);

    assertThat(context.hasComponent("jms")).isNull();
    assertThat(context.getRegistry().findByType(EmbeddedBroker.class)).isEmpty();
    assertThat(folder).isEmptyDirectory();
    assertThat(context.resolvePropertyPlaceholders("{{queue.enabled}}")).isEqualTo("false");
  }

  private CamelContext context(String key, String value) {
    Properties properties = new Properties();
    properties.setProperty("data.directory", folder.toString());
    properties.setProperty(key, value);
    CamelContext context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(properties);
    return context;
  }
}
