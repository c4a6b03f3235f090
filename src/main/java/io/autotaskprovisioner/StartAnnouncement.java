package io.autotaskprovisioner;

import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.simulator.Simulator;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in a few lines where the doors are, and one command to try. */
final class StartAnnouncement extends MainListenerSupport {

  private static final Logger LOG = LoggerFactory.getLogger("ready");

  @Override
  public void afterStart(BaseMainSupport main) {
    CamelContext context = main.getCamelContext();
    Settings settings = new Settings(context);
    PlatformHttpEngine engine = context.getRegistry().findSingleByType(PlatformHttpEngine.class);
    String api =
        "%s://%s:%d/elements/api-v2"
            .formatted(engine.getScheme(), settings.text("http.host", ""), engine.getServerPort());
    Path inbox = settings.path("intake.file.directory", "inbox");
    LOG.info("API          {}", api);
    LOG.info("Drop folder  {}", inbox);
    LOG.info("Results      {}", settings.path("intake.file.results-directory", "results"));
    LOG.info(
        "Management   http://{}:{}/observe/health",
        settings.text("management.host", ""),
        settings.text("management.port", ""));
    Simulator simulator = context.getRegistry().findSingleByType(Simulator.class);
    if (simulator != null) {
      LOG.info("Simulator    {} plays Autotask; nothing leaves this machine", simulator.baseUri());
      Path account = settings.path("data.directory", "data").resolve("first-account.properties");
      LOG.info("Try          cp {}/customers.csv {}", SimulatorBeans.SAMPLES, inbox);
      LOG.info(
          "Try          curl -s {}/instances -H \"Authorization: $(sed -n 's/^authorization=//p' {})\""
              + " -H 'Content-Type: application/json' -d @{}/instance.json",
          api,
          account,
          SimulatorBeans.SAMPLES);
    }
  }
}
