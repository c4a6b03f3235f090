package io.autotaskprovisioner.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.junit.jupiter.api.Test;

final class ComponentArtifactsTest {

  @Test
  void the_file_says_what_camels_catalogue_says() throws Exception {
    CamelCatalog catalog = new DefaultCamelCatalog();
    Map<String, String> known = new TreeMap<>();
    for (String scheme : catalog.findComponentNames()) {
      known.put(scheme, catalog.componentModel(scheme).getArtifactId());
    }
    Properties file = new Properties();
    try (var in = ComponentArtifacts.class.getResourceAsStream("/delivery/components.properties")) {
      file.load(in);
    }
    assertThat(new TreeMap<>(file)).isEqualTo(known);
  }

  @Test
  void a_scheme_names_its_artifact_or_the_word_that_was_meant() {
    assertThat(ComponentArtifacts.advice("sftp", "4.18.0"))
        .isEqualTo("put org.apache.camel:camel-ftp:4.18.0 and its dependencies into ext/");
    assertThat(ComponentArtifacts.advice("kafak", "4.18.0")).isEqualTo("did you mean kafka?");
  }
}
