import { writeSync } from 'node:fs'

// Keeps a core busy for as long as the process lives that has started it.

const starter = process.ppid
writeSync(1, 'busy\n')
let turns = 0
// An orphan gets another parent.
while (process.ppid === starter) {
  for (let end = turns + 1_000_000; turns < end; turns++);
}
