package ai.bearllm;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.Shown;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Holds who may use whom, which library stays in which package, and the habits that the whole code keeps. */
@AnalyzeClasses(packages = "ai.bearllm", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "ai.bearllm";

    /** Each package and the packages it may use. The root may use all but the adapters; everything may use itself. */
    private static final Map<String, Set<String>> MAY_USE = new LinkedHashMap<>();

    static {
        row("model");
        row("progress", "model");
        row("machine", "model");
        row("lock");
        row("stores", "model", "progress");
        row("table", "model");
        row("chart", "model", "table");
        row("gguf", "model");
        row("template");
        row("grammar", "model");
        row("signature", "model");
        row("estimate", "model", "gguf");
        row("store", "model", "progress", "lock");
        row("hub", "model", "progress");
        row("download", "model", "progress", "hub", "lock");
        row("validation", "model", "progress", "gguf", "template", "signature", "estimate", "table");
        row("engine", "model", "progress", "grammar");
        row("engine.llamacpp", "engine", "model", "progress", "grammar", "gguf", "hub");
        row("engine.djl", "engine", "model", "progress", "grammar", "gguf", "hub");
        row("engine.server", "engine", "model", "progress", "grammar", "gguf", "hub");
        row("worker", "engine", "model", "progress", "grammar", "machine");
        row(
                "registry",
                "model",
                "progress",
                "machine",
                "hub",
                "download",
                "validation",
                "signature",
                "estimate",
                "gguf",
                "lock",
                "stores",
                "table");
        row("usage", "model", "progress", "store", "table", "chart");
        row("run", "model", "progress", "machine", "engine", "grammar", "registry", "usage", "gguf", "estimate");
        row("chat", "model", "progress", "engine", "grammar", "run", "registry", "usage", "store", "template");
        row(
                "bench",
                "model",
                "progress",
                "machine",
                "engine",
                "grammar",
                "run",
                "registry",
                "usage",
                "store",
                "table",
                "chart");
        row("report", "model", "progress", "machine", "bench", "registry", "usage", "table", "chart");
        row(
                "notebook",
                "model",
                "progress",
                "machine",
                "table",
                "chart",
                "gguf",
                "template",
                "grammar",
                "signature",
                "estimate",
                "store",
                "stores",
                "hub",
                "download",
                "validation",
                "engine",
                "worker",
                "run",
                "registry",
                "usage",
                "chat",
                "bench",
                "report");
    }

    private static void row(String name, String... mayUse) {
        MAY_USE.put(name, Set.of(mayUse));
    }

    @ArchTest
    static void everyPackageUsesOnlyWhatTheTableAllows(JavaClasses all) {
        Set<String> violations = new TreeSet<>();
        for (JavaClass user : all) {
            user.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> isOurs(dependency.getTargetClass()))
                    .filter(dependency -> !isAllowed(
                            user.getPackageName(), dependency.getTargetClass().getPackageName()))
                    .forEach(dependency -> violations.add(dependency.getDescription()));
        }
        assertThat(violations).as("dependencies that the table forbids").isEmpty();
    }

    @ArchTest
    static void everyPackageIsInTheTable(JavaClasses all) {
        Set<String> packages = new TreeSet<>();
        all.stream()
                .filter(type -> !type.getPackageName().equals(ROOT))
                .forEach(type -> packages.add(shortName(type.getPackageName())));
        assertThat(MAY_USE.keySet()).containsAll(packages);
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static boolean isAllowed(String user, String used) {
        if (user.equals(used)) {
            return true;
        }
        if (user.equals(ROOT)) {
            return !shortName(used).startsWith("engine.");
        }
        return !used.equals(ROOT)
                && (shortName(user).equals(shortName(used))
                        || MAY_USE.getOrDefault(shortName(user), Set.of()).contains(shortName(used)));
    }

    private static String shortName(String packageName) {
        String name = packageName.substring(ROOT.length() + 1);
        // Adapters of single kernels live below notebook and belong to it.
        return name.startsWith("notebook.") ? "notebook" : name;
    }

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("ai.bearllm.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule sqlStaysInStore = library("store", "java.sql..", "org.duckdb..");

    @ArchTest
    static final ArchRule tablesawStaysInTable = library("table", "tech.tablesaw..");

    @ArchTest
    static final ArchRule xchartStaysInChart =
            library("chart", "org.knowm.xchart..", "de.erichseifert..", "java.awt..");

    @ArchTest
    static final ArchRule oshiStaysInMachine = library("machine", "oshi..");

    @ArchTest
    static final ArchRule llamaStaysInItsAdapter = library("engine.llamacpp", "de.kherud..");

    @ArchTest
    static final ArchRule djlStaysInItsAdapter = library("engine.djl", "ai.djl..");

    @ArchTest
    static final ArchRule kernelsStayInNotebook = library("notebook", "org.dflib.jjava..", "io.github.spencerpark..");

    private static ArchRule library(String owner, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + owner + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(packages))
                .allowEmptyShould(true);
    }

    @ArchTest
    static final ArchRule onlyProvidersArePublicInAdapters = classes()
            .that(resideInAPackage(ROOT + ".engine.*.."))
            .and()
            .arePublic()
            .should()
            .haveSimpleNameEndingWith("Provider")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noMutableStatics =
            fields().that().areStatic().should().beFinal();

    /** Values print themselves in {@code Shown.show()}, the notebook package owns the console, the quickstart is a program. */
    @ArchTest
    static final ArchRule noStandardStreams = noClasses()
            .that(not(belongTo(com.tngtech.archunit.core.domain.JavaClass.Predicates.type(Shown.class))))
            .and(not(resideInAPackage(ROOT + ".notebook..")))
            .and()
            .doNotHaveSimpleName("Quickstart")
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes()
            .should(new ArchCondition<>("be in a @NullMarked package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                    events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " is not @NullMarked"));
                }
            });

    @ArchTest
    static void theTableNamesNoUnknownPackage(JavaClasses all) {
        Stream<String> named = MAY_USE.values().stream().flatMap(Set::stream);
        assertThat(named).allMatch(MAY_USE::containsKey);
        assertThat(Arrays.asList("model", "template"))
                .allMatch(leaf -> MAY_USE.getOrDefault(leaf, Set.of("?")).isEmpty());
    }
}
