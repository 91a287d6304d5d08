package ai.bearllm;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Shown;
import java.nio.file.Path;

/**
 * The main job from end to end, offline, with the built-in model: what {@code ./mvnw -Pquickstart} runs. Each line is shown
 * before it runs, so that it can be typed into a notebook or JShell.
 */
final class Quickstart {
    private Quickstart() {}

    /**
     * Runs it and prints the report's path last.
     *
     * @param args the folder for the home and the report
     */
    public static void main(String[] args) {
        try {
            run(Path.of(args[0]).toAbsolutePath());
        } catch (BearException e) {
            System.err.println();
            System.err.println("The quickstart stopped: " + e.problem());
            System.err.println("What to do: " + e.fix());
            System.exit(1);
        }
        // Native libraries of charts and tables may leave threads behind.
        System.exit(0);
    }

    private static void run(Path folder) {
        try (Bear bear = Bear.open(folder.resolve("home").toString())) {
            step("bear.models()");
            show(bear.models());

            step("var model = bear.model(\"bear-tiny\").download()");
            var model = bear.model("bear-tiny").download();

            step("model.validate()");
            show(model.validate());

            step("model.activate()");
            System.out.println(model.activate());

            step("bear.ask(\"Tell me a story about Greta and honey.\")");
            System.out.println(
                    bear.ask("Tell me a story about Greta and honey.").footer());

            step("var chat = bear.chat().temperature(0).open(); chat.ask(...); chat.ask(...)");
            try (var chat = bear.chat().temperature(0).open()) {
                System.out.println(
                        chat.ask("Tell me a story about Greta and honey.").footer());
                System.out.println(chat.ask("Where does Greta live?").footer());
            }

            step("var result = bear.bench().models(\"bear-tiny\").prompt(256).generate(64).samples(5).run()");
            var result = bear.bench()
                    .models("bear-tiny")
                    .prompt(256)
                    .generate(64)
                    .samples(5)
                    .run();
            show(result);

            step("bear.usage().byModel()");
            show(bear.usage().byModel());

            step("bear.report(\"Quickstart\").add(result).save(\"quickstart.html\")");
            var report = bear.report("Quickstart")
                    .add(result)
                    .save(folder.resolve("quickstart.html").toString());
            System.out.println();
            System.out.println("Report: " + report.path());
        }
    }

    private static void step(String code) {
        System.out.println();
        System.out.println("> " + code);
    }

    private static void show(Shown value) {
        value.show();
    }
}
