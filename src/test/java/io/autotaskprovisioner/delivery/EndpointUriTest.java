package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndpointUriTest {

  @ParameterizedTest
  @CsvSource({
    "jms:queue:events?password=geheim-47, jms:queue:events",
    "file:/var/events?fileName=a, file:/var/events",
    "https://user:geheim-47@host:8443/secret/path?k=geheim-47, https://host:8443",
    "https:host/secret, https:host",
    "smtp://user:geheim-47@mail.example.com, smtp://user:xxxxxx@mail.example.com",
    "telegram:bots?authorizationToken=geheim-47, telegram:bots"
  })
  void only_what_stands_before_the_options_is_shown(String uri, String shown) {
    assertThat(EndpointUri.parse(uri).shown()).isEqualTo(shown);
    assertThat(EndpointUri.parse(uri)).hasToString(shown);
  }

  @Test
  void every_value_of_the_uri_is_masked_in_a_foreign_message() {
    EndpointUri uri =
        EndpointUri.parse("acme://me:host-pw@host?secretWord=RAW(a+b&c=d)&other=word-1&flag=true");

    assertThat(uri.mask("a+b&c=d of word-1 with host-pw is true"))
        .isEqualTo("******** of ******** with ******** is true");
  }

  @Test
  void defaults_give_way_to_what_is_written_whatever_its_case() {
    EndpointUri uri =
        EndpointUri.parse("file:events?FILENAME=a")
            .withDefaults(Map.of("fileName", "b"))
            .withDefaults(Map.of("chmod", "600"));

    assertThat(uri.text()).isEqualTo("file:events?FILENAME=a&chmod=600");
    assertThat(EndpointUri.parse("file:x").withDefaults(Map.of("chmod", "600")).text())
        .isEqualTo("file:x?chmod=600");
  }

  @Test
  void what_has_no_scheme_is_refused_without_being_quoted() {
    assertThatThrownBy(() -> EndpointUri.parse("geheim-47"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("geheim-47");
  }
}
