package io.autotaskprovisioner.instance;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.setting.Settings;
import io.autotaskprovisioner.storage.Database;
import java.util.Locale;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Builds what stores instances and writes them as JSON. */
public final class InstanceBeans implements CamelConfiguration {

  @Override
  public void configure(CamelContext context) {
    Registry registry = context.getRegistry();
    Settings settings = new Settings(context);
    ElementCatalogue catalogue = registry.findSingleByType(ElementCatalogue.class);
    KeyRing keyRing = registry.findSingleByType(KeyRing.class);
    String echo =
        settings
            .choice("provisioning.configuration-echo", "masked", "masked", "none")
            .toUpperCase(Locale.ROOT);
    InstanceRow row = new InstanceRow(new ObjectMapper(), keyRing, catalogue);
    Instances instances = new Instances(row);
    registry.bind("instances", instances);
    registry.bind(
        "instanceLists",
        new InstanceLists(registry.findSingleByType(Database.class), instances, row));
    registry.bind(
        "configurationKeys", new ConfigurationKeys(registry.findSingleByType(Database.class)));
    registry.bind("configurationRows", new ConfigurationRows(catalogue));
    registry.bind("tenants", new Tenants());
    registry.bind("tenantClaims", new TenantClaims());
    registry.bind("instanceTokenFactory", new InstanceTokenFactory());
    registry.bind(
        "instanceJson", new InstanceJson(catalogue, InstanceJson.ConfigurationEcho.valueOf(echo)));
  }
}
