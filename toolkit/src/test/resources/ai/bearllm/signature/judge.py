"""Runs the reference implementation for the tests: one command a line of standard input, one answer a line of standard output.

A command is a JSON array: the arguments of the command line tool, or "sign-as", the hashing, the folder, the key and the signature
for what only its Python interface offers.
"""
import contextlib
import io
import json
import sys

import model_signing
from model_signing import _cli

HASHINGS = {
    "shards": lambda hashing: hashing.use_shard_serialization(),
    "blake2b": lambda hashing: hashing.use_file_serialization(hashing_algorithm="blake2"),
    "blake3": lambda hashing: hashing.use_file_serialization(hashing_algorithm="blake3"),
}


def sign_as(kind, folder, key, signature):
    hashing = HASHINGS[kind](model_signing.hashing.Config()).set_ignored_paths(paths=[signature])
    config = model_signing.signing.Config().use_elliptic_key_signer(private_key=key)
    config.set_hashing_config(hashing).sign(folder, signature)


def answer(arguments):
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            if arguments[0] == "sign-as":
                sign_as(*arguments[1:])
            else:
                _cli.main(args=["--log-level", "ERROR", *arguments], standalone_mode=False)
        return {"ok": True, "said": said.getvalue()}
    except SystemExit as end:
        return {"ok": not end.code, "said": said.getvalue()}
    except Exception as error:
        return {"ok": False, "said": said.getvalue() + repr(error)}


for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"):
    print(json.dumps(answer(json.loads(line))), flush=True)
