package io.autotaskprovisioner.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trusts the server's own certificate of the settings, and what the platform trusts. */
final class TrustedCertificate {

  private TrustedCertificate() {}

  /**
   * @throws CommandException if the PEM file cannot be read
   */
  static SSLContext besideThePublicOnes(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate issuer : platform().getAcceptedIssuers()) {
        store.setCertificateEntry("platform-" + store.size(), issuer);
      }
      for (Certificate own : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("own-" + store.size(), own);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(store), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw CommandException.usage(
          "Setting http.tls.certificate: %s cannot be read as a certificate (%s): correct it."
              .formatted(pem, e.getClass().getSimpleName()));
    }
  }

  private static X509TrustManager platform() throws GeneralSecurityException {
    for (TrustManager manager : trustManagers(null)) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }

  private static TrustManager[] trustManagers(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
