#!/bin/sh
# Builds llama.cpp's own measuring program, or an own library for the property bear.llama.lib. See docs/llama-library.md.
#
#   docs/llama.sh bench FOLDER                                prints the path of llama-bench
#   docs/llama.sh library FOLDER BINDING [CMAKE OPTIONS]      prints the folder of the library
#
# FOLDER takes sources and builds (1 GB). BINDING is a copy of java-llama.cpp's sources at its tag v4.2.0. Needs python3 with
# pip, cmake, ninja and a C++ compiler. JOBS limits how many compilers run at once.
set -eu

# Carries llama.cpp 7841fc7, a little older than b4916, which java-llama.cpp 4.2.0 was built from.
package=llama-cpp-python
version=0.3.8
sha256=31c91323b555c025a76a30923cead9f5695da103dd68c15cdbb4509b17f0ed77

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

what=${1:-}
[ $# -ge 2 ] || usage
mkdir -p "$2"
folder=$(cd "$2" && pwd)
sources=$folder/llama_cpp_python-$version/vendor/llama.cpp

fetch() {
  [ ! -e "$sources/CMakeLists.txt" ] || return 0
  printf '%s==%s --hash=sha256:%s\n' "$package" "$version" "$sha256" >"$folder/package.txt"
  python3 -m pip download --quiet --no-deps --no-binary "$package" --require-hashes \
    --requirement "$folder/package.txt" --dest "$folder" >&2
  tar -xzf "$folder/llama_cpp_python-$version.tar.gz" -C "$folder"
}

# The instructions that the library in the jar uses: AVX2, FMA, F16C and BMI2 on x86-64, no more, and no libcurl.
configure() {
  cmake -G Ninja -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=OFF -DLLAMA_CURL=OFF -DLLAMA_BUILD_TESTS=OFF "$@" >&2
}

compile() {
  cmake --build "$1" --target "$2" --parallel "${JOBS:-2}" >&2
}

case $what in
  bench)
    fetch
    configure -S "$sources" -B "$folder/bench" -DBUILD_SHARED_LIBS=OFF -DLLAMA_BUILD_SERVER=OFF
    compile "$folder/bench" llama-bench
    echo "$folder/bench/bin/llama-bench"
    ;;
  library)
    [ $# -ge 3 ] || usage
    binding=$(cd "$3" && pwd)
    shift 3
    fetch
    # The binding asks for the header-only JSON library by its target's name; llama.cpp carries the header.
    mkdir -p "$folder/json/include/nlohmann"
    cp "$sources/common/json.hpp" "$folder/json/include/nlohmann/json.hpp"
    cat >"$folder/json/CMakeLists.txt" <<'END'
add_library(nlohmann_json INTERFACE)
target_include_directories(nlohmann_json INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/include)
END
    # The system's and the machine's name only decide where the binding would put the library in its own tree.
    configure -S "$binding" -B "$folder/library" -DOS_NAME="$(uname -s)" -DOS_ARCH="$(uname -m)" \
      -DJNI_INCLUDE_DIRS="$binding/.github/include/unix" \
      "-DFETCHCONTENT_SOURCE_DIR_LLAMA.CPP=$sources" "-DFETCHCONTENT_SOURCE_DIR_JSON=$folder/json" "$@"
    compile "$folder/library" jllama
    mkdir -p "$folder/lib"
    find "$binding/src/main" "$folder/library" \( -name 'libjllama.so' -o -name 'libjllama.dylib' \) \
      -newer "$folder/library/build.ninja" -exec cp {} "$folder/lib/" \;
    echo "$folder/lib"
    ;;
  *)
    usage
    ;;
esac
