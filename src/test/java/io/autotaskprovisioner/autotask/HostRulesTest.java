package io.autotaskprovisioner.autotask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autotaskprovisioner.autotask.AutotaskException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostRulesTest {

  private final HostRules rules =
      new HostRules(
          List.of("http://127.0.0.1:9090/", "https://Proxy.Example.com", "http://[::1]:81"));

  @ParameterizedTest
  @CsvSource({
    "https://ww3.autotask.net, https://ww3.autotask.net",
    "https://ww3.autotask.net/, https://ww3.autotask.net",
    "'  https://ww3.autotask.net/  ', https://ww3.autotask.net",
    "HTTPS://WW3.Autotask.NET:443/Mvc/Framework?x=1#top, https://ww3.autotask.net",
    "https://webservices29.autotask.net/ATServicesRest/, https://webservices29.autotask.net",
    "https://prde.autotask.net, https://prde.autotask.net",
    "https://a.b.autotask.net, https://a.b.autotask.net",
    "http://127.0.0.1:9090, http://127.0.0.1:9090",
    "http://127.0.0.1:9090/ATServicesRest/, http://127.0.0.1:9090",
    "https://proxy.example.com:443/x, https://proxy.example.com",
    "http://[::1]:81/, http://[::1]:81"
  })
  void these_may_receive_credentials(String serverUrl, String origin) {
    assertThat(rules.serverAddress(serverUrl).origin()).isEqualTo(origin);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "   ",
        "ww3.autotask.net",
        "//ww3.autotask.net",
        "/",
        "mailto:a@ww3.autotask.net",
        "ftp://ww3.autotask.net",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://ww3.autotask.net",
        "https://ww3.autotask.net:8443",
        "https://ww3.autotask.net:80",
        "https://ww3.autotask.net:0",
        "https://ww3.autotask.net:",
        "https://ww3.autotask.net:99999",
        "https://ww3.autotask.net:443443443443",
        "https://autotask.net",
        "https://.autotask.net",
        "https://ww3..autotask.net",
        "https://-ww3.autotask.net",
        "https://ww3.autotask.net.",
        "https://ww3.autotask.net.evil.example",
        "https://evilautotask.net",
        "https://ww3-autotask.net",
        "https://ww3.autotask.net.",
        "https://ww3.autotask.com",
        "https://evil.example/ww3.autotask.net",
        "https://evil.example?ww3.autotask.net",
        "https://evil.example#.autotask.net",
        "https://evil.example/.autotask.net",
        "https://evil.example\\.autotask.net",
        "https://evil.example\\@ww3.autotask.net",
        "https://ww3.autotask.net@evil.example",
        "https://user@ww3.autotask.net",
        "https://user:pass@ww3.autotask.net",
        "https://@ww3.autotask.net",
        "https://ww3.autotask.net:443@evil.example",
        "https://evil.example%2f.autotask.net",
        "https://evil.example%00.autotask.net",
        "https://ww3%2eautotask.net",
        "https://evil.example\r\n.autotask.net",
        "https://ww3.autotask.net/\r\nHost: evil.example",
        "https://ww3.autotask.net/\0",
        "https://ww3 .autotask.net",
        "https://ww3.autotask.net /x",
        "https://{env:HOME}.autotask.net",
        "https://ww3.autotask.net/{{secret.key-file}}",
        "https://ww3.autotask.net/${x}",
        "https://ww3_x.autotask.net",
        "https://ww3。autotask。net",
        "https://ww3.autotaѕk.net",
        "https://evil.example／.autotask.net",
        "https://ｗｗ3.autotask.net",
        "https://ww3.autotask.net\u202e",
        "https://127.0.0.1",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://2130706433",
        "https://0x7f.1",
        "https://169.254.169.254/latest/meta-data",
        "http://localhost:9090",
        "http://127.0.0.1:9091",
        "https://127.0.0.1:9090",
        "http://127.0.0.1",
        "http://proxy.example.com",
        "https://proxy.example.com:8443",
        "https://sub.proxy.example.com"
      })
  void these_may_not(String serverUrl) {
    assertThatThrownBy(() -> rules.serverAddress(serverUrl))
        .isInstanceOfSatisfying(
            AutotaskException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_NOT_ALLOWED));
    assertThatThrownBy(() -> rules.zoneAddress(serverUrl)).isInstanceOf(AutotaskException.class);
  }

  @Test
  void an_endless_url_is_refused_in_no_time() {
    assertThatThrownBy(
            () -> rules.serverAddress("https://" + "a.".repeat(100_000) + "autotask.net"))
        .isInstanceOf(AutotaskException.class);
    assertThatThrownBy(() -> rules.zoneAddress("https://ww3.autotask.net" + "/".repeat(1900) + "?"))
        .isInstanceOf(AutotaskException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "https://webservices3.autotask.net/ATServicesRest/, /ATServicesRest",
    "https://webservices3.autotask.net/atservicesrest, /atservicesrest",
    "https://webservices3.autotask.net/ATServicesRest//, /ATServicesRest",
    "https://webservices3.autotask.net, ''",
    "https://webservices3.autotask.net/, ''"
  })
  void the_path_of_a_zone_counts_without_its_last_slashes(String zoneUrl, String path) {
    assertThat(rules.zoneAddress(zoneUrl).path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://webservices3.autotask.net/a?b",
        "https://webservices3.autotask.net/a#b",
        "https://webservices3.autotask.net/../x",
        "https://webservices3.autotask.net/a/./b",
        "https://webservices3.autotask.net/%2e%2e/x",
        "https://webservices3.autotask.net/a;b"
      })
  void a_zone_with_an_odd_path_is_refused(String zoneUrl) {
    assertThatThrownBy(() -> rules.zoneAddress(zoneUrl))
        .isInstanceOfSatisfying(
            AutotaskException.class, e -> assertThat(e.kind()).isEqualTo(Kind.HOST_NOT_ALLOWED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "example.com",
        "http://",
        "http://a@b.example",
        "http://b.example/path",
        "ftp://b"
      })
  void an_allowed_origin_that_is_none_is_refused_at_the_start(String origin) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HostRules(List.of(origin)))
        .withMessageContaining(origin);
  }

  @Test
  void a_refused_url_is_not_quoted_with_what_it_may_hide() {
    assertThatThrownBy(() -> rules.serverAddress("https://user:hunter2@ww3.autotask.net"))
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> rules.serverAddress("https://evil.example/?password=hunter2"))
        .hasMessageNotContaining("hunter2");
  }
}
