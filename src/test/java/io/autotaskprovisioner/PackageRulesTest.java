package io.autotaskprovisioner;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/** Which package may import which: the order in which the data flows, and nothing against it. */
@AnalyzeClasses(
    packages = "io.autotaskprovisioner",
    importOptions = ImportOption.DoNotIncludeTests.class)
class PackageRulesTest {

  private static final String ROOT = "io.autotaskprovisioner.";
  private static final String[] FOUNDATION = {"storage", "secret", "setting"};

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices().matching("io.autotaskprovisioner.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule the_simulator_is_known_to_the_application_alone =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "*..")
          .and()
          .resideOutsideOfPackage(ROOT + "simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "simulator..");

  @ArchTest
  static final ArchRule no_server_of_the_database_is_started =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.h2.tools.Server")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.h2.tools.Console")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("org.h2.server..");

  @ArchTest static final ArchRule autotask_imports_only_settings = only("autotask", "setting");

  @ArchTest static final ArchRule element_imports_only_settings = only("element", "setting");

  @ArchTest static final ArchRule simulator_imports_none_of_ours = only("simulator");

  @ArchTest static final ArchRule setting_imports_none_of_ours = only("setting");

  @ArchTest static final ArchRule storage_imports_only_settings = only("storage", "setting");

  @ArchTest static final ArchRule audit_imports_only_the_database = only("audit", "storage");

  @ArchTest
  static final ArchRule housekeeping_imports_only_settings = only("housekeeping", "setting");

  @ArchTest
  static final ArchRule secret_imports_only_the_foundation = only("secret", "storage", "setting");

  @ArchTest
  static final ArchRule the_middle_rooms_do_not_know_each_other =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("journal")
          .definedBy(ROOT + "journal..")
          .layer("delivery")
          .definedBy(ROOT + "delivery..")
          .layer("instance")
          .definedBy(ROOT + "instance..")
          .layer("account")
          .definedBy(ROOT + "account..")
          .whereLayer("journal")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("delivery")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("instance")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("account")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule journal_imports_what_lies_below =
      only("journal", with("element", FOUNDATION));

  @ArchTest
  static final ArchRule delivery_imports_what_lies_below =
      only("delivery", with("element", FOUNDATION));

  @ArchTest
  static final ArchRule instance_imports_what_lies_below =
      only("instance", with("element", FOUNDATION));

  @ArchTest
  static final ArchRule account_imports_what_lies_below =
      only("account", with("element", FOUNDATION));

  @ArchTest
  static final ArchRule intake_imports_what_lies_below =
      only("intake", "journal", "instance", "account", "element", "storage", "secret", "setting");

  @ArchTest
  static final ArchRule enrichment_imports_what_lies_below =
      only("enrichment", "instance", "element", "autotask", "storage", "secret", "setting");

  @ArchTest
  static final ArchRule queue_imports_what_lies_below =
      only("queue", "intake", "journal", "instance", "storage", "secret", "setting");

  @ArchTest
  static final ArchRule provisioning_imports_what_lies_below =
      only(
          "provisioning",
          "journal",
          "delivery",
          "instance",
          "element",
          "autotask",
          "storage",
          "secret",
          "setting");

  @ArchTest
  static final ArchRule lifecycle_imports_what_lies_below =
      only(
          "lifecycle",
          "provisioning",
          "journal",
          "delivery",
          "instance",
          "element",
          "storage",
          "secret",
          "setting");

  @ArchTest
  static final ArchRule movein_imports_what_lies_below =
      only(
          "movein",
          "intake",
          "provisioning",
          "journal",
          "instance",
          "account",
          "element",
          "storage",
          "secret",
          "setting");

  @ArchTest
  static final ArchRule recovery_imports_what_lies_below =
      only("recovery", "journal", "delivery", "element", "storage", "setting");

  @ArchTest
  static final ArchRule schedule_imports_what_lies_below =
      only("schedule", "intake", "provisioning", "journal", "instance", "storage", "setting");

  @ArchTest
  static final ArchRule hub_imports_what_lies_below =
      only("hub", "instance", "element", "autotask", "storage", "secret", "setting");

  @ArchTest
  static final ArchRule the_command_line_is_known_to_the_application_alone =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "*..")
          .and()
          .resideOutsideOfPackage(ROOT + "command..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "command..");

  private static String[] with(String first, String... further) {
    String[] all = Arrays.copyOf(further, further.length + 1);
    all[further.length] = first;
    return all;
  }

  private static ArchRule only(String room, String... allowed) {
    DescribedPredicate<JavaClass> foreign =
        resideInAPackage(ROOT + "*..")
            .and(DescribedPredicate.not(resideInAPackage(ROOT + room + "..")));
    for (String other : allowed) {
      foreign = foreign.and(DescribedPredicate.not(resideInAPackage(ROOT + other + "..")));
    }
    return noClasses()
        .that()
        .resideInAPackage(ROOT + room + "..")
        .should()
        .dependOnClassesThat(foreign)
        .as("%s imports only %s of ours".formatted(room, Arrays.toString(allowed)));
  }
}
