package ai.bearllm.template;

import ai.bearllm.template.Statement.MacroDefinition;
import ai.bearllm.template.Statement.Parameter;
import ai.bearllm.template.Value.Function;
import ai.bearllm.template.Value.Macro;
import ai.bearllm.template.Value.Method;
import ai.bearllm.template.Value.Undefined;
import java.util.List;
import java.util.Map;

/** Calling what a template can call. */
final class Calls {
    private Calls() {}

    static Value call(Value callee, Arguments arguments, Frame frame) {
        if (callee instanceof Macro macro) {
            return macro(macro, arguments);
        } else if (callee instanceof Method method) {
            return Methods.call(method, arguments, frame);
        } else if (callee instanceof Function function) {
            return Globals.call(function.name(), arguments, frame);
        } else if (callee instanceof Undefined undefined) {
            throw undefined.failure();
        }
        throw arguments.failure("a value of type " + callee.type() + " cannot be called.");
    }

    private static Value macro(Macro macro, Arguments arguments) {
        MacroDefinition definition = macro.definition();
        List<String> names =
                definition.parameters().stream().map(Parameter::name).toList();
        Map<String, Value> given = arguments.of(names);
        Frame body = macro.home().captured();
        for (Parameter parameter : definition.parameters()) {
            Value value = given.get(parameter.name());
            if (value == null) {
                value = parameter.fallback() == null
                        ? new Undefined("parameter '" + parameter.name() + "'")
                        : body.eval(parameter.fallback());
            }
            body.set(parameter.name(), value);
        }
        definition.body().run(body);
        return new Value.Str(body.text());
    }
}
