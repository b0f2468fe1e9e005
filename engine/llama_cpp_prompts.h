// Read before llama.cpp's ggml-cpu/arch/x86/repack.cpp, by engine/llama_cpp.cmake.
//
// That file holds what makes a token, which waits for weights, and what reads a prompt, which uses
// each weight for many tokens and has it at hand. Asking for it once more would only lengthen the
// innermost loop: with AVX-512 from 305 to 318 instructions. So the latter is told not to.
#pragma once

#include <immintrin.h>
#include <stddef.h>

template <typename block_tx8>
__attribute__((optimize("no-prefetch-loop-arrays")))
static void gemm_q4_b32_8x8_q8_0_lut_avx(
    int n, float * __restrict__ s, size_t bs, const void * __restrict__ vx,
    const void * __restrict__ vy, int nr, int nc, __m256i signextendlut);
