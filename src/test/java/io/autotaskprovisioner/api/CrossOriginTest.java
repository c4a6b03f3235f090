package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossOriginTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static CrossOrigin of(String setting) {
    CamelContext context = new DefaultCamelContext();
    Properties properties = new Properties();
    properties.setProperty("http.cors.allowed-origins", setting);
    context.getPropertiesComponent().setInitialProperties(properties);
    return CrossOrigin.of(new Settings(context));
  }

  private HttpResponse<String> call(String setting, HttpMethod method, String origin)
      throws Exception {
    Router router = Router.router(vertx);
    router.route().handler(of(setting)::handle);
    router.route().handler(call -> call.response().end("here"));
    int port =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/elements/x"))
                .method(method.name(), HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "GET")
                .build(),
            BodyHandlers.ofString());
  }

  @Test
  void an_origin_of_the_list_is_answered_by_the_lists_own_literal_and_no_other_at_all()
      throws Exception {
    String list = "https://app.example.com, http://localhost:3000";
    HttpResponse<String> listed = call(list, HttpMethod.GET, "HTTPS://APP.example.com");
    HttpResponse<String> other = call(list, HttpMethod.GET, "https://app.example.com.evil.example");
    HttpResponse<String> preflight = call(list, HttpMethod.OPTIONS, "https://evil.example");

    assertThat(listed.headers().allValues("Access-Control-Allow-Origin"))
        .containsExactly("https://app.example.com");
    assertThat(listed.headers().allValues("Vary")).containsExactly("Origin");
    assertThat(other.body()).isEqualTo("here");
    for (HttpResponse<String> response : java.util.List.of(other, preflight)) {
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      assertThat(response.headers().firstValue("Access-Control-Allow-Methods")).isEmpty();
    }
    assertThat(preflight.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://page.example", "null", "\"<x>"})
  void an_origin_is_never_reflected(String origin) throws Exception {
    assertThat(call("*", HttpMethod.GET, origin).headers().allValues("Access-Control-Allow-Origin"))
        .containsExactly("*");
    assertThat(
            call("none", HttpMethod.GET, origin)
                .headers()
                .firstValue("Access-Control-Allow-Origin"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example.com",
        "https://app.example.com/",
        "https://*.example.com",
        "https://me@app.example.com",
        "file:///x",
        "null",
        "*, https://app.example.com",
        "https://"
      })
  void what_no_browser_sends_as_an_origin_stops_the_start(String setting) {
    assertThatThrownBy(() -> of(setting))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("http.cors.allowed-origins");
  }
}
