import { deepEqual, throws } from 'node:assert/strict'
import { describeMachine, readMemory } from '../../js-bindings/bench/machine.js'

describe('readMemory', () => {
  it('reads the resident memory and its peak in units of 10^6 bytes', () => {
    const status = 'Name:\tnode\nVmPeak:\t 9999 kB\nVmHWM:\t  250000 kB\nVmRSS:\t  125000 kB\n'
    deepEqual(readMemory(status), { resident: 128, peak: 256 })
  })

  it('takes no other line for it', () => {
    throws(() => readMemory('Name:\tVmRSS\nVmHWM:\t 1 kB\n'), /no VmRSS/)
  })
})

describe('describeMachine', () => {
  it('tells the CPU and what of it decides over kernels', () => {
    const cpuinfo =
      'processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nflags\t\t: fpu avx avx2 avx512f avx512_vnni amx_tile amx_bf16\n'
    deepEqual(describeMachine(cpuinfo, { cores: 2, bytes: 8e9 }), {
      cpu: 'Some CPU @ 2 GHz',
      flags: ['avx2', 'avx512', 'vnni', 'bf16', 'amx'],
      cores: 2,
      memory: 8000,
    })
  })

  it('names no flag that the CPU lacks', () => {
    const { cpu, flags } = describeMachine('processor\t: 0\nFeatures\t: fp asimd bf16\n', {
      cores: 1,
      bytes: 1e6,
    })
    deepEqual(flags, ['bf16'])
    deepEqual(cpu, 'a CPU without a name in /proc/cpuinfo')
  })
})
