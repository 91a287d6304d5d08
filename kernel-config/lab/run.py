"""Executes a notebook without a browser, with the Python environment that runs this (see lab.py setup).

The executed notebook is written even where a cell failed, so that one can see which and why; the exit code is then 1.
"""
import argparse
import json
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Recorder(NotebookClient):
    """Keeps each message about outputs beside executing, with its time: a saved notebook shows the last state only."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.messages = []

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("display_data", "update_display_data", "execute_result", "stream", "error", "clear_output"):
            content = msg["content"]
            self.messages.append(
                {
                    "cell": cell_index,
                    "seconds": time.monotonic(),
                    "type": msg["msg_type"],
                    "id": content.get("transient", {}).get("display_id"),
                    "text": content.get("data", {}).get("text/plain", content.get("text")),
                }
            )
        return super().process_message(msg, cell, cell_index)


def text_of(output):
    """An output as text: a stream's, a value's text/plain, an error's trace without its colors."""
    if output["output_type"] == "stream":
        return output["text"]
    if output["output_type"] == "error":
        return ESCAPES.sub("", "\n".join(output["traceback"]))
    return output["data"].get("text/plain", "")


def print_text(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            print("\n".join("> " + line for line in cell.source.splitlines()))
            for output in cell.outputs:
                print(text_of(output).rstrip("\n"))
            print()


def arguments():
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--output", type=Path, help="where the executed notebook goes; without it nothing is written")
    parser.add_argument("--kernel", default="bear-java", help="the kernel's name: bear-java")
    parser.add_argument("--folder", type=Path, help="the kernel's working folder: the notebook's own")
    parser.add_argument("--timeout", type=int, default=300, metavar="SECONDS", help="for each cell: 300")
    parser.add_argument("--allow-errors", action="store_true", help="go on after a cell that fails")
    parser.add_argument("--text", action="store_true", help="print each code cell and its outputs as text")
    parser.add_argument("--messages", type=Path, help="write each message about outputs, with its time, as JSON")
    return parser.parse_args()


def main():
    options = arguments()
    notebook = nbformat.read(options.notebook, as_version=4)
    folder = options.folder or options.notebook.resolve().parent
    client = Recorder(
        notebook,
        kernel_name=options.kernel,
        timeout=options.timeout,
        allow_errors=options.allow_errors,
        resources={"metadata": {"path": str(folder)}},
    )
    failure = None
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        failure = ESCAPES.sub("", str(error))
    if options.output:
        nbformat.write(notebook, options.output)
    if options.messages:
        options.messages.write_text(json.dumps(client.messages), encoding="utf-8")
    if options.text:
        print_text(notebook)
    if failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
