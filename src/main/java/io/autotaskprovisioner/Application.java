package io.autotaskprovisioner;

import io.autotaskprovisioner.account.AccountBeans;
import io.autotaskprovisioner.api.ApiBeans;
import io.autotaskprovisioner.api.AuditedSteps;
import io.autotaskprovisioner.api.CatalogueBeans;
import io.autotaskprovisioner.api.HubBeans;
import io.autotaskprovisioner.api.ImportBeans;
import io.autotaskprovisioner.api.LifecycleSteps;
import io.autotaskprovisioner.api.ListBeans;
import io.autotaskprovisioner.api.LoginBeans;
import io.autotaskprovisioner.api.OpenApiBeans;
import io.autotaskprovisioner.api.SafekeepingBeans;
import io.autotaskprovisioner.audit.AuditBeans;
import io.autotaskprovisioner.autotask.AutotaskBeans;
import io.autotaskprovisioner.command.Commands;
import io.autotaskprovisioner.delivery.DeliveryBeans;
import io.autotaskprovisioner.element.ElementBeans;
import io.autotaskprovisioner.enrichment.EnrichmentBeans;
import io.autotaskprovisioner.housekeeping.HousekeepingBeans;
import io.autotaskprovisioner.instance.InstanceBeans;
import io.autotaskprovisioner.intake.IntakeBeans;
import io.autotaskprovisioner.journal.JournalBeans;
import io.autotaskprovisioner.lifecycle.LifecycleBeans;
import io.autotaskprovisioner.movein.MoveInBeans;
import io.autotaskprovisioner.provisioning.ProvisioningBeans;
import io.autotaskprovisioner.queue.BrokerBeans;
import io.autotaskprovisioner.queue.QueueBeans;
import io.autotaskprovisioner.recovery.RecoveryBeans;
import io.autotaskprovisioner.schedule.ScheduleBeans;
import io.autotaskprovisioner.secret.SecretBeans;
import io.autotaskprovisioner.setting.InvalidSettingException;
import io.autotaskprovisioner.setting.KnownSettings;
import io.autotaskprovisioner.storage.StorageBeans;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.camel.main.Main;
import org.slf4j.LoggerFactory;

/**
 * Starts the integration: settings, the features in the order the data flows, routes; or hands a
 * command to the command line.
 */
public final class Application {

  private static final Set<String> ARGUMENTS = Set.of("--demo", "--simulator", "--dev");
  private static final int EXIT_FAILURE = 1;

  private Application() {}

  /** Runs until it is told to end; a start that cannot be ends with one sentence on stderr. */
  public static void main(String[] args) {
    List<String> arguments = List.of(args);
    boolean both = arguments.containsAll(List.of("--demo", "--simulator"));
    if (both || !ARGUMENTS.containsAll(arguments)) {
      // The class is loaded here only: a server starts without it.
      System.exit(Commands.run(args));
    }
    try {
      Main application = configured(arguments, Path.of("routes"));
      application.run();
      System.exit(application.getExitCode());
    } catch (Exception e) {
      System.err.println(reasonOf(e));
      System.exit(EXIT_FAILURE);
    }
  }

  /**
   * The application, ready to be run; nothing has been started but the simulator of a demo.
   *
   * @param routes the folder whose route files replace packed ones or come beside them
   */
  static Main configured(List<String> arguments, Path routes) {
    KnownSettings.packed().check(Path.of("application.properties"));
    ClassLoader extensions = ExtensionJars.classLoader(Path.of("ext"));
    Main main = new ExtensibleMain(extensions);
    main.setDefaultPropertyPlaceholderLocation(
        "file:application.properties;optional=true,classpath:application.properties");
    main.configure().setBasePackageScanEnabled(false);
    main.configure().setAutoConfigurationLogSummary(false);
    FoundationBeans foundation = new FoundationBeans();
    main.configure().addConfiguration(foundation);
    main.addMainListener(foundation);
    if (arguments.contains("--simulator")) {
      main.configure().addConfiguration(new SimulatorBeans(false));
      main.configure().setRoutesIncludePattern("");
      return main;
    }
    if (arguments.contains("--demo")) {
      main.configure().addConfiguration(new SimulatorBeans(true));
    }
    main.configure().addConfiguration(new StorageBeans());
    main.configure().addConfiguration(new SecretBeans());
    main.configure().addConfiguration(new AuditBeans());
    main.configure().addConfiguration(new AccountBeans());
    main.configure().addConfiguration(new ElementBeans());
    main.configure().addConfiguration(new InstanceBeans());
    main.configure().addConfiguration(new BrokerBeans());
    main.configure().addConfiguration(new JournalBeans());
    main.configure().addConfiguration(new DeliveryBeans());
    main.configure().addConfiguration(new AutotaskBeans());
    main.configure().addConfiguration(new ProvisioningBeans());
    main.configure().addConfiguration(new EnrichmentBeans());
    main.configure().addConfiguration(new IntakeBeans());
    main.configure().addConfiguration(new MoveInBeans());
    main.configure().addConfiguration(new ScheduleBeans());
    main.configure().addConfiguration(new QueueBeans());
    main.configure().addConfiguration(new HousekeepingBeans());
    main.configure().addConfiguration(new LifecycleBeans());
    main.configure().addConfiguration(new RecoveryBeans());
    main.configure().addConfiguration(new ApiBeans());
    main.configure().addConfiguration(new CatalogueBeans());
    main.configure().addConfiguration(new ListBeans());
    main.configure().addConfiguration(new LifecycleSteps());
    main.configure().addConfiguration(new HubBeans());
    main.configure().addConfiguration(new LoginBeans());
    main.configure().addConfiguration(new OpenApiBeans());
    main.configure().addConfiguration(new ImportBeans());
    main.configure().addConfiguration(new SafekeepingBeans());
    main.configure().addConfiguration(new AuditedSteps());
    main.configure().addConfiguration(new RouteFiles(main.configure(), routes));
    if (arguments.contains("--dev")) {
      main.configure().addConfiguration(new RouteReload(routes));
    }
    main.addMainListener(new StartAnnouncement());
    return main;
  }

  private static String reasonOf(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidSettingException) {
        return cause.getMessage();
      }
    }
    LoggerFactory.getLogger(Application.class).error("The start failed", failure);
    return "The start failed: " + failure.getMessage();
  }
}
