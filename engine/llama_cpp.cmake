# Read by llama.cpp's own build, which .cargo/config.toml points here: what to leave out of it, and how
# to compile the rest for speed.

# What llama.cpp's own programs share (options, chat formats, downloads) is not called by Satchel, and
# llama-cpp-2 has it compiled all the same. What refers to it is dropped when the program is linked;
# other linkers than Linux's may want to see it nevertheless.
if(PROJECT_NAME STREQUAL "llama.cpp" AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(LLAMA_BUILD_COMMON OFF CACHE BOOL "" FORCE)
endif()

# Making a token reads every weight once, and without help a processor waits for memory meanwhile:
# half of the bandwidth is used. Told to, GCC asks for weights some 2,000 instructions before it
# needs them. Measured on two cores, tokens/s without and with: Q4_0 35 and 50, Q8_0 26 and 36,
# F16 10.5 and 12.3 (Xeon), Q4_0 35 and 42, Q8_0 24 and 30 (EPYC); K-quants compute too much for each
# byte to gain, nor do they lose. From 2,000 to 3,000 it is best, at 1,000 it is nearly so, from 4,000
# on GCC gives up. The other limits would leave most of these loops out.
#
# Only what makes a token is compiled so. What reads a prompt has its weights in the cache, and its
# loops would only become longer: by 9 % for Q8_0 (sgemm.cpp), by up to a quarter for attention
# (ops.cpp). In repack.cpp GCC itself leaves those of prompts alone, and helps those of few tokens.
#
# Clang knows no such flag, CMake before 3.19 no other way to the files, and on other processors nobody
# has measured.
if(PROJECT_NAME STREQUAL "ggml"
   AND CMAKE_C_COMPILER_ID STREQUAL "GNU"
   AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU"
   AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$"
   AND CMAKE_VERSION VERSION_GREATER_EQUAL 3.19)
  set(weights_ahead
    -fprefetch-loop-arrays
    --param=prefetch-latency=2000
    --param=simultaneous-prefetches=100
    --param=prefetch-min-insn-to-mem-ratio=0
    --param=min-insn-to-prefetch-ratio=0)
  set(ggml_cpu "${CMAKE_CURRENT_SOURCE_DIR}/src/ggml-cpu")
  # When the target is there.
  cmake_language(DEFER CALL set_property
    SOURCE "${ggml_cpu}/arch/x86/quants.c" "${ggml_cpu}/arch/x86/repack.cpp" "${ggml_cpu}/vec.cpp"
    TARGET_DIRECTORY ggml-cpu APPEND PROPERTY COMPILE_OPTIONS "${weights_ahead}")
endif()
