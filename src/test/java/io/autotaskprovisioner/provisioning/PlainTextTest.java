package io.autotaskprovisioner.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<a href=\"#\" onClick=\"javascript:alert('xss');return false;\">abc</a> | abc",
        "<a href=\"#\" onClick=\"x()\">@churros-xss</a> | @churros-xss",
        "<b>Acme</b> & Co | Acme & Co",
        "a <b>b <i>c</i></b> d | a b c d",
        "me@example.com | me@example.com",
        "R&D AT&T | R&D AT&T",
        "Söhne &amp; Cie 株式会社 | Söhne & Cie 株式会社",
        "1 < 2 > 0 | 1 < 2 > 0",
        "I <3 you | I <3 you",
        "x<script>alert(1)</script>y | xy",
        "x<style>p{}</style>y<!-- c -->z | xyz",
        "<<b>script>alert(1)<</b>/script> | ``",
        "<img src=x onerror=alert(1) | ``",
        "a<b | a",
        "</p></div>x | x",
        "<svg onload=alert(1)>x</svg> | x",
        "&lt;script&gt;alert(1)&lt;/script&gt;x | x",
        "&amp;lt;img src=x onerror=alert(1)&amp;gt;x | x",
        "&#60;b&#x3e;x&#60;/b&#62; | x",
        "<textarea><b>x</b></textarea> | x",
        "<plaintext><b>x | x",
        "<title><img src=x></title>x | x",
        "one<br>two | one two",
        "a&#10;b&#x1b;c | a b c",
        "&nbsp;a&nbsp;b&nbsp; | a\u00a0b",
        "&nbsp; | ``",
        "a&#0;b | a b",
        "&#xD800;x | \uFFFDx"
      })
  void what_is_left_is_what_a_browser_would_show(String given, String left) {
    assertThat(PlainText.of(given)).isEqualTo(left);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&amp;amp;amp;amp;amp;amp;amp;amp;lt;b&amp;amp;amp;amp;amp;amp;amp;amp;gt;x",
        "&lt;&lt;b>script>alert(1)&lt;/script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "&amp;#60;img src=x onerror=alert(1)&amp;#62;",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<a href=\"x\u0000\">y</a>",
        "<![CDATA[<img src=x>]]>"
      })
  void stripped_again_it_stays_the_same_and_holds_no_tag(String given) {
    String once = PlainText.of(given);
    assertThat(PlainText.of(once)).isEqualTo(once);
    assertThat(once).doesNotContainPattern("<[a-zA-Z/!?]");
    assertThat(once.length()).isLessThanOrEqualTo(given.length());
  }

  @Test
  void deep_nesting_neither_overflows_nor_takes_long() {
    assertThat(PlainText.of("<b>".repeat(20_000) + "x")).isEqualTo("x");
    assertThat(PlainText.of("&amp;".repeat(20_000)).length()).isLessThanOrEqualTo(100_000);
  }
}
