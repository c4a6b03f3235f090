package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.InvalidSettingException;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.component.http.NoopCookieStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends to the endpoint of a destination's URI, whatever its component. Thread-safe. */
final class EndpointAttempt implements BlockingSender.Attempt {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointAttempt.class);

  private final CamelContext context;
  private final String key;
  private final EndpointUri uri;
  private final FailureText failures;
  private volatile ExchangeAttempt exchanges;

  EndpointAttempt(CamelContext context, String destination, EndpointUri uri) {
    this.context = context;
    this.key = "delivery." + destination + ".uri";
    this.uri = uri;
    this.failures = new FailureText(uri::mask);
  }

  /** Not before: components that other features bind are there by now. */
  @Override
  public void open() {
    requireComponent();
    Endpoint endpoint;
    try {
      endpoint = context.getEndpoint(uri.text());
      if (endpoint == null) {
        throw new InvalidSettingException(
            "Setting %s: component %s knows no such endpoint.".formatted(key, uri.scheme()));
      }
      requireProducer(endpoint);
    } catch (InvalidSettingException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw unusable(e);
    }
    if (endpoint instanceof HttpEndpoint web) {
      harden(web);
    }
    exchanges = new ExchangeAttempt(context, endpoint, failures, endpoint instanceof HttpEndpoint);
  }

  /**
   * Whether the endpoint can be sent to, with these options. A producer that is made and not
   * started reaches for nothing; where it fails otherwise, something may be away that comes back.
   */
  private void requireProducer(Endpoint endpoint) {
    try {
      endpoint.createProducer();
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw unusable(e);
    } catch (Exception e) {
      LOG.debug("No producer for {} yet: {}", key, failures.describe(e));
    }
  }

  /**
   * The client's own defaults: it takes the cookies of one answer along with the next request, and
   * sleeps through a Retry-After of hours before it tries again by itself.
   */
  private static void harden(HttpEndpoint endpoint) {
    endpoint.setCookieStore(new NoopCookieStore());
    HttpClientConfigurer configured = endpoint.getHttpClientConfigurer();
    endpoint.setHttpClientConfigurer(
        client -> {
          if (configured != null) {
            configured.configureHttpClient(client);
          }
          client.disableAutomaticRetries();
        });
  }

  private void requireComponent() {
    Component component;
    try {
      component = context.getComponent(uri.scheme(), true, false);
    } catch (RuntimeException | LinkageError e) {
      throw unusable(e);
    }
    if (component == null) {
      throw new InvalidSettingException(
          "Setting %s: there is no component %s; %s."
              .formatted(
                  key,
                  uri.scheme(),
                  ComponentArtifacts.advice(uri.scheme(), context.getVersion())));
    }
  }

  private InvalidSettingException unusable(Throwable e) {
    // Without the cause: its message may quote what the mask takes out.
    return new InvalidSettingException(
        "Setting %s cannot be used by component %s: %s."
            .formatted(key, uri.scheme(), failures.describe(e).replaceAll("[.\\s]+$", "")));
  }

  @Override
  public PostAnswer make(Post post) {
    return exchanges.make(post, Map.of());
  }

  @Override
  public void close() {
    if (exchanges != null) {
      exchanges.close();
    }
  }
}
