"""What the hub's own client sees at HF_ENDPOINT, as one JSON object on the last line of standard output."""

import hashlib
import json
import os
import pathlib
import sys

from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.utils import (
    EntryNotFoundError,
    GatedRepoError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)


def outcome(call):
    try:
        call()
        return "ok"
    except (EntryNotFoundError, GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError) as error:
        return type(error).__name__


def main(cache, repository, path, small, gated, token):
    api = HfApi()
    info = api.model_info(repository, files_metadata=True)
    local = pathlib.Path(hf_hub_download(repository, path, cache_dir=cache))
    readme = pathlib.Path(hf_hub_download(repository, small, cache_dir=cache))
    files = {
        file.rfilename: {"size": file.size, "sha256": file.lfs.sha256 if file.lfs else None}
        for file in info.siblings
    }
    result = {
        "commit": info.sha,
        "tags": sorted(info.tags),
        "files": files,
        "tree": sorted(entry.path for entry in api.list_repo_tree(repository, recursive=True)),
        "sha256": hashlib.sha256(local.read_bytes()).hexdigest(),
        "snapshot": local.parent.name,
        "readme": readme.read_text(),
        "found": [model.id for model in api.list_models(search="tiny", filter="gguf", sort="downloads", limit=5)],
        "pages": [model.id for model in api.list_models(search="page-", filter="gguf", sort="downloads")],
        "by author": [model.id for model in api.list_models(author="bear", sort="likes")],
        "only gated": [model.id for model in api.list_models(search="bear", gated=True)],
        "last updated": [model.id for model in api.list_models(search="tiny", sort="last_modified", limit=2)],
        "listed": {
            entry.path: {"size": entry.size, "sha256": entry.lfs.sha256 if entry.lfs else None}
            for entry in api.list_repo_tree("bear/Many", recursive=True)
        },
        "missing repository": outcome(lambda: api.model_info("bear/none")),
        "missing revision": outcome(lambda: hf_hub_download(repository, path, revision="none", cache_dir=cache)),
        "missing file": outcome(lambda: hf_hub_download(repository, "none.gguf", cache_dir=cache)),
        "gated": outcome(lambda: hf_hub_download(gated, path, cache_dir=cache)),
        "gated with token": outcome(lambda: hf_hub_download(gated, path, cache_dir=cache, token=token)),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    main(*sys.argv[1:])
