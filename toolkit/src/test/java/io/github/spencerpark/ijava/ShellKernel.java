package io.github.spencerpark.ijava;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** Evaluates cells by JShell inside this JVM, as IJava does, and renders the last value. */
final class ShellKernel extends BaseKernel {
    private final KeepingControl control = new KeepingControl();
    private final JShell shell;

    ShellKernel(String classPath) {
        shell = JShell.builder().executionEngine(new Provider(control), null).build();
        shell.addToClasspath(classPath);
    }

    @Override
    public DisplayData eval(String source) throws Exception {
        Object value = null;
        String left = source;
        while (!left.isBlank()) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(left);
            for (SnippetEvent event : shell.eval(next.source())) {
                value = valueOf(event);
            }
            left = next.remaining();
        }
        return value == null ? null : getRenderer().render(value);
    }

    private Object valueOf(SnippetEvent event) throws Exception {
        if (event.exception() instanceof EvalException thrown) {
            throw new IllegalStateException(thrown.getExceptionClassName() + ": " + thrown.getMessage());
        }
        if (event.status() == Snippet.Status.REJECTED) {
            StringBuilder reasons = new StringBuilder();
            shell.diagnostics(event.snippet()).forEach(reason -> reasons.append(reason.getMessage(null)));
            throw new IllegalArgumentException(event.snippet().source() + ": " + reasons);
        }
        boolean expression = event.snippet().kind() == Snippet.Kind.EXPRESSION
                || event.snippet().kind() == Snippet.Kind.VAR;
        boolean assignment = event.snippet().subKind().isExecutable()
                && event.snippet().subKind() != Snippet.SubKind.VAR_DECLARATION_WITH_INITIALIZER_SUBKIND;
        return expression && assignment ? control.last : null;
    }

    @Override
    public LanguageInfo getLanguageInfo() {
        return new LanguageInfo.Builder("Java")
                .fileExtension(".java")
                .mimetype("text/x-java-source")
                .build();
    }

    /** Runs what JShell compiled and keeps the value itself; JShell alone hands out its text. */
    private static final class KeepingControl extends DirectExecutionControl {
        private volatile Object last;

        @Override
        protected String invoke(Method method) throws Exception {
            try {
                last = method.invoke(null);
                return "";
            } catch (InvocationTargetException e) {
                Throwable cause = e.getCause();
                throw new UserException(cause.getMessage(), cause.getClass().getName(), cause.getStackTrace());
            }
        }
    }

    private record Provider(ExecutionControl control) implements ExecutionControlProvider {
        @Override
        public String name() {
            return "keeping";
        }

        @Override
        public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
            return control;
        }
    }
}
