package io.autotaskprovisioner.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.config.federation.FederationDownstreamConfiguration;
import org.apache.activemq.artemis.core.config.federation.FederationQueuePolicyConfiguration;
import org.apache.activemq.artemis.core.protocol.core.CoreRemotingConnection;
import org.apache.activemq.artemis.core.protocol.core.impl.ChannelImpl;
import org.apache.activemq.artemis.core.protocol.core.impl.wireformat.FederationDownstreamConnectMessage;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedBrokerTest {

  private static final QueueSettings SETTINGS =
      new QueueSettings(
          true, null, null, null, 0, "the.requests", "the.results", "the.invalid", true, 200_000);

  @TempDir Path folder;
  private BrokerLogin login;
  private EmbeddedBroker broker;

  @BeforeEach
  void start() throws Exception {
    login = BrokerLogin.of(SETTINGS, folder);
    broker = new EmbeddedBroker(SETTINGS, login, folder.resolve("queue"));
    broker.start();
  }

  @AfterEach
  void stop() throws Exception {
    broker.stop();
  }

  @Test
  void nobody_without_a_login_makes_it_connect_to_another_broker() throws Exception {
    try (ServerSocket rogue = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerLocator locator =
            ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + broker.port());
        JMSContext ours = factory("tcp").createContext(login.user(), login.password())) {
      ours.createConsumer(ours.createQueue("the.requests"));
      rogue.setSoTimeout(2_000);
      CoreRemotingConnection connection =
          (CoreRemotingConnection) locator.createSessionFactory().getConnection();
      connection
          .getChannel(ChannelImpl.CHANNEL_ID.FEDERATION.id, -1)
          .send(connectTo(rogue.getLocalPort()));

      assertThatThrownBy(rogue::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  private static FederationDownstreamConnectMessage connectTo(int port) {
    FederationDownstreamConfiguration downstream = new FederationDownstreamConfiguration();
    downstream.setName("rogue").addPolicyRef("all");
    downstream.setUpstreamConfiguration(
        new TransportConfiguration(
            NettyConnectorFactory.class.getName(),
            Map.of("host", "127.0.0.1", "port", port),
            "rogue"));
    FederationQueuePolicyConfiguration everything = new FederationQueuePolicyConfiguration();
    everything.setName("all");
    everything.addInclude(
        new FederationQueuePolicyConfiguration.Matcher().setAddressMatch("#").setQueueMatch("#"));
    FederationDownstreamConnectMessage message = new FederationDownstreamConnectMessage();
    message.setName("rogue");
    message.setStreamConfiguration(downstream);
    message.setFederationPolicyMap(Map.of("all", everything));
    message.setTransformerConfigurationMap(Map.of());
    return message;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "amqp"})
  void another_program_can_use_it_with_the_password_of_the_file(String protocol) throws Exception {
    try (JMSContext context = factory(protocol).createContext(login.user(), login.password())) {
      context.createProducer().send(context.createQueue("the.requests"), "hello");
      assertThat(
              context
                  .createConsumer(context.createQueue("the.requests"))
                  .receiveBody(String.class, 10_000))
          .isEqualTo("hello");
    }
    assertThat(Files.readString(folder.resolve("queue-user.properties")))
        .contains("user=" + login.user(), "password=" + login.password());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "amqp"})
  void nobody_gets_in_without_the_password(String protocol) {
    assertThatThrownBy(() -> connect(factory(protocol), login.user(), "guessed"))
        .isInstanceOf(JMSRuntimeException.class);
    assertThatThrownBy(() -> connect(factory(protocol), null, null))
        .isInstanceOf(JMSRuntimeException.class);
  }

  @Test
  void the_login_survives_a_restart_and_is_never_told() {
    BrokerLogin again = BrokerLogin.of(SETTINGS, folder);

    assertThat(again).isEqualTo(login);
    assertThat(again.toString()).doesNotContain(login.password());
    assertThat(login.password()).hasSizeGreaterThan(40);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "amqp"})
  void a_message_that_would_not_be_read_is_refused_at_its_sender(String protocol) throws Exception {
    try (JMSContext context = factory(protocol).createContext(login.user(), login.password())) {
      assertThatThrownBy(
              () ->
                  context
                      .createProducer()
                      .send(context.createQueue("the.requests"), "x".repeat(500_000)))
          .hasMessageContaining("queue.message-limit");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut off", "too long", "negative", "large", "map", "object", "type 99"})
  void a_message_that_no_client_can_open_is_refused_at_its_sender(String kind) throws Exception {
    try (var locator = ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + broker.port());
        var sessions = locator.createSessionFactory();
        var session =
            sessions.createSession(login.user(), login.password(), false, true, true, false, 1);
        var producer = session.createProducer("the.requests")) {
      ClientMessage message = session.createMessage(type(kind), true);
      ActiveMQBuffer body = message.getBodyBuffer();
      switch (kind) {
        case "cut off" -> body.writeInt(0x01000000);
        case "too long", "large" -> {
          body.writeByte((byte) 1);
          body.writeInt(500_000);
          body.writeBytes(new byte[kind.equals("large") ? 150_000 : 1]);
        }
        case "negative" -> {
          body.writeByte((byte) 1);
          body.writeInt(-5);
        }
        case "map" -> {
          body.writeByte((byte) 1);
          body.writeInt(1_000);
        }
        case "object" -> body.writeInt(Integer.MAX_VALUE);
        default -> body.writeByte((byte) 0);
      }
      assertThatThrownBy(() -> producer.send(message)).hasMessageContaining("can open");
    }
  }

  private static byte type(String kind) {
    return switch (kind) {
      case "map" -> Message.MAP_TYPE;
      case "object" -> Message.OBJECT_TYPE;
      case "type 99" -> 99;
      default -> Message.TEXT_TYPE;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "amqp"})
  void a_long_message_with_any_text_is_let_in(String protocol) throws Exception {
    String text = "\u00fc\u20ac".repeat(protocol.equals("tcp") ? 40_000 : 30_000);
    try (JMSContext context = factory(protocol).createContext(login.user(), login.password())) {
      context.createProducer().send(context.createQueue("the.requests"), text);
      assertThat(
              context
                  .createConsumer(context.createQueue("the.requests"))
                  .receiveBody(String.class, 10_000))
          .isEqualTo(text);
    }
  }

  @Test
  void a_message_survives_a_restart_of_the_broker() throws Exception {
    try (JMSContext context = factory("tcp").createContext(login.user(), login.password())) {
      context.createProducer().send(context.createQueue("the.results"), "kept");
    }
    broker.stop();
    broker.start();

    try (JMSContext context = factory("tcp").createContext(login.user(), login.password())) {
      assertThat(
              context
                  .createConsumer(context.createQueue("the.results"))
                  .receiveBody(String.class, 10_000))
          .isEqualTo("kept");
    }
  }

  @Test
  void an_expired_message_is_kept_apart() throws Exception {
    try (JMSContext context = factory("tcp").createContext(login.user(), login.password())) {
      context
          .createProducer()
          .setTimeToLive(1)
          .send(context.createQueue("the.requests"), "too late");
      assertThat(context.createConsumer(context.createQueue("the.requests")).receive(1_000))
          .isNull();
      assertThat(
              context
                  .createConsumer(context.createQueue(EmbeddedBroker.EXPIRED))
                  .receiveBody(String.class, 30_000))
          .isEqualTo("too late");
    }
  }

  @Test
  void its_folder_and_password_are_for_their_owner_alone() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("queue-user.properties"))))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("queue"))))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder.resolve("queue"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsAll(List.of("journal", "bindings"));
    }
  }

  @Test
  void it_listens_on_the_loopback_alone() throws Exception {
    try (var socket = new java.net.Socket("127.0.0.1", broker.port())) {
      assertThat(socket.getInetAddress().isLoopbackAddress()).isTrue();
    }
    var addresses =
        java.net.NetworkInterface.networkInterfaces()
            .flatMap(java.net.NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();
    for (var address : addresses) {
      assertThatThrownBy(() -> new java.net.Socket(address, broker.port()).close())
          .isInstanceOf(java.io.IOException.class);
    }
  }

  private ConnectionFactory factory(String protocol) {
    String url = protocol + "://127.0.0.1:" + broker.port();
    return protocol.equals("amqp")
        ? new JmsConnectionFactory(url)
        : new ActiveMQConnectionFactory(url);
  }

  private static void connect(ConnectionFactory factory, String user, String password)
      throws JMSException {
    try (JMSContext context = factory.createContext(user, password)) {
      context.start();
    }
  }
}
