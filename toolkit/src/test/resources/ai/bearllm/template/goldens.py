"""Makes goldens.json: what Hugging Face's renderer makes of each template for each conversation.

The environment is configured as transformers 5 does it (utils/chat_template_utils.py): jinja2's immutable sandbox with
trim_blocks and lstrip_blocks, loop controls, the generation tag, tojson as plain json.dumps, raise_exception, strftime_now.

    pip install jinja2==3.1.6
    python goldens.py [folder of *.jinja] [output]

Run it on templates that you trust only: Python's renderer has no bounds.
"""

import datetime
import json
import pathlib
import sys

import jinja2
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2026, 3, 7, 9, 5, 2)


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


USER = {"role": "user", "content": "Why is the sky blue?"}
ASSISTANT = {"role": "assistant", "content": "  Because of <Rayleigh> scattering.\n"}
SYSTEM = {"role": "system", "content": "Be brief & kind. "}
AGAIN = {"role": "user", "content": "Ünïcode 🐻 \"quoted\" and 'single'\n\tand a tab"}

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather of a <place>.",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string", "description": "Name of the place"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                "days": {"type": "array", "items": {"type": "integer"}, "nullable": True},
                "exact": {"type": ["boolean", "null"]},
                "limit": {"type": "number", "minimum": 0.5, "maximum": 1e22},
                "where": {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]},
            },
            "required": ["place"],
        },
        "return": {"type": "string"},
    },
}
CALL = {
    "role": "assistant",
    "content": "",
    "tool_calls": [
        {
            "id": "abc123def",
            "type": "function",
            "function": {
                "name": "get_weather",
                "arguments": {"place": "Zürich \"HB\"", "days": [1, 2], "exact": True, "unit": None},
            },
        }
    ],
}
RESULT = {
    "role": "tool",
    "name": "get_weather",
    "tool_call_id": "abc123def",
    "content": "{\"sky\": \"clear\", \"degrees\": 21.5}",
}

CONVERSATIONS = {
    "one question": [USER],
    "with system": [SYSTEM, USER],
    "several turns": [SYSTEM, USER, ASSISTANT, AGAIN],
    "ends with the answer": [USER, ASSISTANT, AGAIN, ASSISTANT],
    "two questions in a row": [USER, AGAIN],
    "only system": [SYSTEM],
    "empty content": [{"role": "user", "content": ""}],
    "reasoning": [
        USER,
        {"role": "assistant", "content": "<think>\nLet me see.\n</think>\n\nScattering."},
        AGAIN,
        {"role": "assistant", "content": "Yes.", "reasoning_content": "Hm.", "thinking": "Hm."},
    ],
    "tools": [SYSTEM, USER, CALL, RESULT, {"role": "assistant", "content": "Clear, 21.5 degrees."}, AGAIN],
    "parts": [
        {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "content": [{"type": "text", "text": "One."}, {"type": "image"}, {"type": "text", "text": "Two."}]},
    ],
    "long": [SYSTEM] + [USER, ASSISTANT] * 8 + [AGAIN],
    "developer": [{"role": "developer", "content": "Be exact."}, USER],
}

TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
VARIABLES = {
    "plain": {"add_generation_prompt": True, **TOKENS},
    "no prompt": {"add_generation_prompt": False, "tools": None, "documents": None, **TOKENS},
    "tools": {"add_generation_prompt": True, "tools": [WEATHER], "enable_thinking": False, **TOKENS},
    "documents": {
        "add_generation_prompt": True,
        "documents": [{"title": "Sky", "text": "It is blue."}, {"title": "Sea", "text": "So is it."}],
        "enable_thinking": True,
        "custom_tools": [WEATHER],
        "reasoning_effort": "low",
        **TOKENS,
    },
}


def templates(folder):
    for path in sorted(folder.glob("*.jinja")):
        # Undecoded newlines, so that templates with carriage returns keep them.
        yield path.name, path.read_bytes().decode("utf-8")
    if folder == HERE / "templates":
        catalog = next(parent / "data" for parent in HERE.parents if (parent / "data").is_dir()) / "registry.json"
        for model in json.loads(catalog.read_text(encoding="utf-8"))["models"]:
            if "template" in model["chat"]:
                yield "catalog " + model["id"], model["chat"]["template"]


def cases(folder):
    env = environment()
    for name, source in templates(folder):
        for conversation, messages in CONVERSATIONS.items():
            for variables, values in VARIABLES.items():
                case = {"template": name, "messages": conversation, "variables": variables}
                try:
                    case["text"] = env.from_string(source).render(messages=messages, **values)
                except Exception as error:
                    case["error"] = f"{type(error).__name__}: {error}"[:200]
                yield case


SAMPLE = {
    "x": {"a": 1, "items": [1, "two"], "b": {"c": None, "d": True, "e": 1.5}},
    "l": [1, 2, 3],
    "s": "Hello World",
    "e": "a🐻b🐻",
    "people": [
        {"name": "Ann", "age": 41, "tags": ["x"]},
        {"name": "bob", "age": 28, "tags": ["y", "z"]},
        {"name": "Cy", "age": 41, "tags": ["w"]},
    ],
    **TOKENS,
}


def pieces():
    """Single expressions, and templates of a few lines."""
    env = environment()
    # Escapes are the template's, so a line break inside an expression is written as one.
    lines = (HERE / "expressions.txt").read_text(encoding="utf-8").replace("\\\n", "\\\0").split("\n")
    sources = ["{{ " + line.replace("\0", "\n") + " }}" for line in lines if line]
    sources += (HERE / "snippets.txt").read_text(encoding="utf-8").split("\n%%%%\n")
    for source in sources:
        piece = {"source": source}
        try:
            piece["text"] = env.from_string(source).render(messages=[USER], **SAMPLE)
        except Exception as error:
            piece["error"] = f"{type(error).__name__}: {error}"[:200]
        yield piece


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "templates"
    out = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "goldens.json"
    made = {
        "madeWith": f"jinja2 {jinja2.__version__} by goldens.py",
        "now": NOW.isoformat(),
        "conversations": CONVERSATIONS,
        "variables": VARIABLES,
        "cases": list(cases(folder)),
        "sample": SAMPLE,
        "pieces": list(pieces()),
    }
    out.write_text(json.dumps(made, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8")
    rendered = sum("text" in case for case in made["cases"])
    print(f"{out}: {len(made['cases'])} cases, {rendered} rendered")


if __name__ == "__main__":
    main()
