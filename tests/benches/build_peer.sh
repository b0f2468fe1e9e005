#!/usr/bin/env bash
# Builds llama.cpp's own server, against which `make bench-peer` measures, into target/peer.
# Its source comes from PyPI, where llama-cpp-python carries a fixed copy of it. Nothing is committed.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=0.3.36
folder=target/peer
server=$folder/build/bin/llama-server
source=$folder/sdist/llama_cpp_python-$version/vendor/llama.cpp

if [ -x "$server" ]; then
  echo "the peer is built: $server"
  exit 0
fi

if [ ! -f "$source/CMakeLists.txt" ]; then
  mkdir -p "$folder/sdist"
  # In a virtual environment, because Debian's own Python refuses pip outside of one.
  [ -x "$folder/venv/bin/pip" ] || python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps \
    --no-binary llama-cpp-python "llama-cpp-python==$version" --dest "$folder/sdist"
  tar -xzf "$folder/sdist/llama_cpp_python-$version.tar.gz" -C "$folder/sdist"
fi

# The same choices as for Satchel's own engine: release, this machine's processor, OpenMP.
cmake -S "$source" -B "$folder/build" \
  -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DGGML_OPENMP=ON -DBUILD_SHARED_LIBS=OFF \
  -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF \
  -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_ALL_WARNINGS=OFF
cmake --build "$folder/build" --target llama-server --parallel "${PEER_JOBS:-$(nproc)}"
echo "built $server"
