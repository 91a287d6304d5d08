package ai.bearllm.template;

import ai.bearllm.template.TemplateDanger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Names that lead out of a template, and where. */
final class Names {
    static final String CODE = "template-code";
    static final String GLOBAL = "template-global";
    static final String RUNS_CODE = "a tool that renders templates in Python would run its code";

    /** Attributes that Jinja's sandbox refuses besides those that begin with an underscore. */
    private static final Set<String> INTERNAL = Set.of(
            "func_closure",
            "func_code",
            "func_dict",
            "func_defaults",
            "func_globals",
            "im_class",
            "im_func",
            "im_self",
            "gi_frame",
            "gi_code",
            "cr_frame",
            "cr_code",
            "ag_frame",
            "ag_code",
            "tb_frame",
            "f_globals",
            "f_locals",
            "f_builtins",
            "f_back",
            "co_code",
            "mro");

    /** Methods that start programs, read files or load modules. */
    private static final Set<String> METHODS = Set.of(
            "popen",
            "system",
            "spawn",
            "execve",
            "check_output",
            "getoutput",
            "import_module",
            "import_string",
            "load_module",
            "exec_module",
            "find_module",
            "format_map",
            "urlopen",
            "read_text",
            "from_string");

    /** What Jinja, and web frameworks around it, put into every template. */
    private static final Set<String> HELPERS = Set.of(
            "lipsum",
            "cycler",
            "joiner",
            "self",
            "caller",
            "varargs",
            "kwargs",
            "request",
            "config",
            "session",
            "url_for",
            "get_flashed_messages",
            "environ",
            "application");

    private static final Set<String> PYTHON = Set.of(
            "eval",
            "exec",
            "compile",
            "open",
            "getattr",
            "setattr",
            "globals",
            "locals",
            "vars",
            "input",
            "breakpoint",
            "os",
            "sys",
            "subprocess",
            "importlib",
            "builtins",
            "socket",
            "shutil",
            "pickle");

    private static final Pattern DUNDER = Pattern.compile("__[A-Za-z][A-Za-z0-9_]*__");

    private Names() {}

    /** How bad it is to reach for this attribute, item or path of attributes; empty where it is not. */
    static Optional<Level> reaching(String path) {
        Level worst = null;
        for (String name : path.split("\\.", -1)) {
            if (name.startsWith("__") || INTERNAL.contains(name)) {
                return Optional.of(Level.ERROR);
            } else if (name.startsWith("_") && name.length() > 1) {
                worst = Level.WARNING;
            }
        }
        return Optional.ofNullable(worst);
    }

    /** A whole text that is such a name: it has no use but to reach for it. */
    static boolean isDunder(String text) {
        return DUNDER.matcher(text).matches();
    }

    static boolean holdsDunder(String text) {
        return DUNDER.matcher(text).find();
    }

    static boolean isHelper(String name) {
        return HELPERS.contains(name);
    }

    static boolean isPython(String name) {
        return PYTHON.contains(name) || name.startsWith("__");
    }

    static boolean isMethod(String name) {
        return METHODS.contains(name);
    }
}
