"""What the Python package gguf reads in files, one JSON object a line; and files that it writes.

write FOLDER    writes one file of each kind that the package can write
read FILE ...   prints every field and tensor; of long values a digest that the Java side computes alike
"""

import hashlib
import json
import pathlib
import struct
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFEndian, GGUFReader, GGUFValueType, GGUFWriter

# ggml's block of Q8_1 has 36 bytes, the package's 40: such a file is no file for anything else. No model is stored in it.
LEFT_OUT = {GGMLQuantizationType.Q8_1}


def leaf(kind, part):
    if kind == GGUFValueType.STRING:
        data = bytes(part)
        return struct.pack(">q", len(data)) + data
    value = part.tolist()[0]
    if kind == GGUFValueType.BOOL:
        return struct.pack(">?", value)
    if kind in (GGUFValueType.FLOAT32, GGUFValueType.FLOAT64):
        return struct.pack(">d", value)
    return struct.pack(">Q", int(value) & 0xFFFFFFFFFFFFFFFF)


def described(path):
    reader = GGUFReader(path)
    fields = {}
    for field in reader.fields.values():
        if field.name.startswith("GGUF."):
            continue
        kind = field.types[-1] if field.types else None
        digest = hashlib.sha256()
        for index in field.data:
            digest.update(leaf(kind, field.parts[index]))
        outer = field.types[0].name
        # An array without elements does not tell the type of its elements here.
        inner = kind.name if len(field.data) else ""
        fields[field.name] = [outer, inner, len(field.data), digest.hexdigest()]
    tensors = [
        [t.name, t.tensor_type.name, [int(n) for n in t.shape], int(t.data_offset), int(t.n_bytes), int(t.n_elements)]
        for t in reader.tensors
    ]
    version = int(reader.fields["GGUF.version"].parts[-1][0])
    return {"version": version, "alignment": int(reader.alignment), "data": int(reader.data_offset), "fields": fields, "tensors": tensors}


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def values(writer):
    scalars = {
        "UINT8": 200, "INT8": -100, "UINT16": 65535, "INT16": -32768, "UINT32": 2**32 - 1, "INT32": -(2**31), "FLOAT32": 0.1,
        "BOOL": True, "STRING": "B\u00e4r \U0001f43b\n\0", "UINT64": 2**64 - 1, "INT64": -(2**63), "FLOAT64": 1e-300,
    }
    for name, value in scalars.items():
        kind = GGUFValueType[name]
        writer.add_key_value("value." + name.lower(), value, kind)
        writer.add_key_value("array." + name.lower(), [value] * 5, GGUFValueType.ARRAY, sub_type=kind)
        writer.add_key_value("long." + name.lower(), [value] * 5000, GGUFValueType.ARRAY, sub_type=kind)
    writer.add_key_value("value.empty", "", GGUFValueType.STRING)
    writer.add_key_value("value.infinite", float("inf"), GGUFValueType.FLOAT32)
    writer.add_key_value("array.arrays", [[1, 2], [3, 4], [5]], GGUFValueType.ARRAY)


def write(folder):
    writer = GGUFWriter(folder / "values.gguf", "llama")
    values(writer)
    finish(writer)

    writer = GGUFWriter(folder / "types.gguf", "llama")
    for kind in GGML_QUANT_SIZES:
        if kind not in LEFT_OUT:
            elements, size = GGML_QUANT_SIZES[kind]
            plain = {"F32": np.float32, "F16": np.float16, "F64": np.float64, "I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64}
            if kind.name in plain:
                writer.add_tensor("t." + kind.name, np.zeros((3, 5), dtype=plain[kind.name]))
            else:
                writer.add_tensor("t." + kind.name, np.zeros((3, 2 * size), dtype=np.uint8), raw_dtype=kind)
    finish(writer)

    writer = GGUFWriter(folder / "big-endian.gguf", "llama", endianess=GGUFEndian.BIG)
    values(writer)
    writer.add_tensor("a.weight", np.arange(12, dtype=np.float32).reshape(3, 4))
    finish(writer)

    writer = GGUFWriter(folder / "aligned.gguf", "llama")
    writer.add_custom_alignment(256)
    for shape in [(1,), (3,), (2, 3), (2, 3, 4), (2, 1, 1, 5), (7, 1, 1)]:
        writer.add_tensor("t." + "x".join(map(str, shape)), np.ones(shape, dtype=np.float16))
    finish(writer)

    for name, small_first in [("split", False), ("first", True)]:
        writer = GGUFWriter(folder / (name + ".gguf"), "llama", split_max_tensors=2, small_first_shard=small_first)
        writer.add_name("In parts")
        writer.add_block_count(1)
        for number in range(5):
            writer.add_tensor("blk.0.t%d.weight" % number, np.full((2, 32), number, dtype=np.float32))
        finish(writer)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]))
    else:
        for path in sys.argv[2:]:
            print(json.dumps(described(path)))
