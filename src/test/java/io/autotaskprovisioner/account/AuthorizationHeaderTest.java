package io.autotaskprovisioner.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationHeaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User a+/b==, Organization 0f",
        "Organization 0f, User a+/b==",
        "Element t/=, User a+/b==, Organization 0f",
        "User a+/b==, Organization 0f Element t/=",
        "User a+/b==,Organization 0f,Element t/=",
        "  user   a+/b==  ,,\torganization\t0f ,",
        "USER a+/b== ORGANIZATION 0f",
        "Element, User a+/b==, Organization 0f",
      })
  void every_published_shape_gives_both_secrets(String header) {
    assertThat(AuthorizationHeader.parse(header).callerSecrets())
        .contains(new CallerSecrets("a+/b==", "0f"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " , ,",
        "User",
        "User a",
        "Organization b",
        "User, Organization b",
        "User=a, Organization=b",
        "Basic dXNlcjpw",
        "User a, User b, Organization c",
      })
  void a_missing_or_doubtful_secret_gives_none(String header) {
    assertThat(AuthorizationHeader.parse(header).callerSecrets()).isEmpty();
  }

  @Test
  void any_order_and_spacing_of_random_secrets_reads_the_same() {
    Random random = new Random(7);
    for (int round = 0; round < 5_000; round++) {
      String user = secret(random);
      String organization = secret(random);
      List<String> pairs =
          new ArrayList<>(
              List.of(
                  cased("User", random) + spaces(random) + user,
                  cased("Organization", random) + spaces(random) + organization));
      if (random.nextBoolean()) {
        pairs.add(cased("Element", random) + spaces(random) + secret(random));
      }
      Collections.shuffle(pairs, random);
      StringBuilder header = new StringBuilder();
      for (String pair : pairs) {
        header.append(pair);
        header.append(List.of(", ", ",", " ", " ,  ", "\t").get(random.nextInt(5)));
      }
      assertThat(AuthorizationHeader.parse(header.toString()).callerSecrets())
          .as(header.toString())
          .contains(new CallerSecrets(user, organization));
    }
  }

  @Test
  void hostile_headers_are_read_in_no_time() {
    for (String part : List.of(" ", ",", "User ", "User,", "a=", " ,", "Üser ")) {
      String header = part.repeat(1_000_000);
      Assertions.assertTimeout(
          Duration.ofSeconds(1),
          () -> assertThat(AuthorizationHeader.parse(header).callerSecrets()).isEmpty());
      String longest = part.repeat(8192 / part.length());
      assertThat(AuthorizationHeader.parse(longest).callerSecrets()).isEmpty();
    }
  }

  @Test
  void its_text_shows_no_secret() {
    assertThat(AuthorizationHeader.parse("User topsecret, Organization hidden"))
        .hasToString("AuthorizationHeader[organization, user]");
    assertThat(new CallerSecrets("topsecret", "hidden").toString())
        .doesNotContain("topsecret", "hidden");
  }

  private static String secret(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(40)];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String spaces(Random random) {
    return " ".repeat(1 + random.nextInt(3));
  }

  private static String cased(String word, Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> word.toLowerCase(java.util.Locale.ROOT);
      case 1 -> word.toUpperCase(java.util.Locale.ROOT);
      default -> word;
    };
  }
}
