# Read by llama.cpp's own build, which .cargo/config.toml points here: how to compile it for speed.
#
# Making a token reads every weight once, and without help a processor waits for memory meanwhile:
# half of the bandwidth is used. Told to, GCC asks for weights some 2,000 instructions before it
# needs them. Measured on two Xeon cores, tokens/s without and with: Q4_0 35 and 50, Q8_0 26 and 36,
# F16 10.5 and 12.3; K-quants compute too much for each byte to gain, nor do they lose. Reading a
# prompt stays as it is. From 2,000 to 3,000 it is best, at 1,000 it is nearly so, from 4,000 on GCC
# gives up. The other limits would leave most of these loops out.
#
# Clang knows no such flag, and on other processors nobody has measured.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU"
   AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU"
   AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  add_compile_options(
    -fprefetch-loop-arrays
    --param=prefetch-latency=2000
    --param=simultaneous-prefetches=100
    --param=prefetch-min-insn-to-mem-ratio=0
    --param=min-insn-to-prefetch-ratio=0)
endif()
