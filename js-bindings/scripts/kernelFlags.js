const AVX512 = [
  '-mavx512f',
  '-mavx512dq',
  '-mavx512bw',
  '-mavx512vl',
  '-mfma',
  '-mf16c',
  '-mprefer-vector-width=512',
]

/** What the compiler may use for each CPU family of the native kernels, and for their packing. */
export const kernelFlags = {
  pack: ['-mavx', '-mf16c'],
  sse4: ['-msse4.2'],
  avx2: ['-mavx2', '-mfma', '-mf16c'],
  avx512: AVX512,
  avx512_vnni: [...AVX512, '-mavx512vnni'],
  avx512_bf16: [...AVX512, '-mavx512vnni', '-mavx512bf16'],
  amx_bf16: [...AVX512, '-mavx512bf16', '-mamx-tile', '-mamx-bf16'],
}
