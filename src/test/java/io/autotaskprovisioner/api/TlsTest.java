package io.autotaskprovisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.autotaskprovisioner.RunningApplication;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  @Test
  void two_pem_files_make_the_api_speak_https_only() throws Exception {
    KeyStore store = selfSigned();
    Certificate certificate = store.getCertificate("api");
    Path chain = pem("chain.pem", "CERTIFICATE", certificate.getEncoded());
    Key privateKey = store.getKey("api", PASSWORD);
    Path key = pem("key.pem", "PRIVATE KEY", privateKey.getEncoded());

    try (RunningApplication application =
        RunningApplication.start(
            folder,
            Map.of("http.tls.certificate", chain.toString(), "http.tls.key", key.toString()))) {
      URI https = URI.create(application.uri("/batches").toString().replace("http:", "https:"));
      HttpRequest request =
          HttpRequest.newBuilder(https)
              .header("Authorization", RunningApplication.AUTHORIZATION)
              .build();
      HttpClient client = HttpClient.newBuilder().sslContext(trusting(certificate)).build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private KeyStore selfSigned() throws Exception {
    Path file = folder.resolve("api.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "api",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(file)) {
      store.load(stream, PASSWORD);
    }
    return store;
  }

  private Path pem(String name, String label, byte[] content) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label));
  }

  private static SSLContext trusting(Certificate certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("api", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
