package ai.bearllm;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;

/** What one can write, by what one wants. */
record Help() implements Shown {
    @Override
    public Sheet sheet() {
        return Sheet.of("Bear: local language models, managed and measured")
                .columns("to", "write")
                .row("see the models", "bear.models()")
                .row("narrow them", "bear.models().small().tagged(\"chat\").fitting()")
                .row("have one chosen for this machine", "bear.recommendedHere()")
                .row("find one on the hub", "bear.search(\"smollm2\").first().quantizations()")
                .row("add it", "bear.repo(\"owner/name\").file(\"Q4_K_M\").add()")
                .row("see one", "bear.model(\"bear-tiny\")")
                .row("fetch it", "bear.model(\"bear-tiny\").download()")
                .row(
                        "fetch beside other work",
                        "bear.model(\"bear-tiny\").startDownload(); bear.downloads(); bear.downloads().limit(\"20 MB\")")
                .row("check it, mend it", "bear.model(\"bear-tiny\").validate(); bear.model(\"bear-tiny\").repair()")
                .row(
                        "know the memory it needs",
                        "bear.model(\"bear-tiny\").memory(1024); bear.model(\"bear-tiny\").fitsHere()")
                .row("make it the active one", "bear.model(\"bear-tiny\").activate()")
                .row("remove it, bring it back", "bear.model(\"bear-tiny\").removal().confirm(); bear.trash()")
                .row("add a file that is here", "bear.add(\"any.gguf\")")
                .row("use what others have here", "bear.adoptable(); bear.adoptable().confirm()")
                .row("see what uses the disk", "bear.disk()")
                .row("look into any GGUF file", "bear.gguf(\"any.gguf\"); bear.gguf(\"https://...\")")
                .row("check any file", "bear.validate(\"any.gguf\"); bear.validate(\"any.gguf\", \"quick\")")
                .row("compare two files", "bear.diff(\"a.gguf\", \"b.gguf\")")
                .row("sign, and trust signers", "bear.sign(\"dir\", \"key.pem\"); bear.signatures()")
                .row("ask the active model", "bear.ask(\"Tell me a story about Greta and honey.\")")
                .row("hold a conversation", "var chat = bear.chat().open(); chat.ask(\"...\")")
                .row("generate plainly", "try (var s = bear.session(\"bear-tiny\").open()) { s.generate(\"Once\"); }")
                .row("measure", "var r = bear.bench().models(\"bear-tiny\").samples(10).run()")
                .row("compare and chart", "r.compare(); r.chart(); r.samples()")
                .row("see what was used", "bear.usage(); bear.usage().byModel(); bear.usage().sql(\"...\")")
                .row("write a report", "bear.report(\"My laptop\").add(r).save(\"report.html\")")
                .row("see what is loaded", "bear.monitor(); bear.monitor().watch()")
                .row("see what works here", "bear.doctor()")
                .note(
                        "In JShell a value shows in one line; .show() prints the whole. In a notebook it shows by itself.")
                .build();
    }

    @Override
    public String toString() {
        return "help: .show() prints it";
    }
}
