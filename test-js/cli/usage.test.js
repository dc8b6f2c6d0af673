import assert from 'node:assert/strict'
import { runRealm } from './runRealm.js'

const COMMANDS = [
  'generate',
  'chat',
  'pull',
  'rm',
  'list',
  'inspect',
  'doctor',
  'tokenize',
  'logits',
  'embed',
]

/** Each command's options, as users write them. */
const GENERATE =
  '--model --context-length --threads --kv-cache --max-tokens --temperature --top-k --top-p --min-p --repeat-penalty --presence-penalty --frequency-penalty --seed --stop --system --template-option'
const OPTIONS = {
  generate: `--prompt-file --raw ${GENERATE} --json --help`,
  chat: `${GENERATE} --json --help`,
  pull: '--json --help',
  rm: '--json --help',
  list: '--json --help',
  inspect: '--json --help',
  doctor: '--json --help',
  tokenize: '--model --text --texts-file --no-special --no-bos --json --help',
  embed:
    '--model --context-length --threads --kv-cache --text --texts-file --pooling --no-normalize --dimensions --truncate --json --help',
  logits: '--tokens-file --top --batch --model --context-length --threads --kv-cache --json --help',
}

describe('realm, used rightly and wrongly', () => {
  for (const command of COMMANDS) {
    it(`explains ${command}, with every option`, async () => {
      const { code, stdout, stderr } = await runRealm([command, '--help'])
      assert.equal(code, 0, stderr)
      assert.match(stdout, new RegExp(`^Usage: realm ${command} `))
      const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option)
      assert.deepEqual(options, OPTIONS[command].split(' '))
    })
  }

  it('explains itself', async () => {
    for (const args of [['--help'], ['help']]) {
      const { code, stdout } = await runRealm(args)
      assert.equal(code, 0)
      for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} `, 'm'))
    }
  })

  it('names its version', async () => {
    const { code, stdout } = await runRealm(['--version'])
    assert.equal(code, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })

  for (const [args, message] of [
    [['nope'], /unknown command 'nope'/],
    [['generate'], /expected a prompt, --prompt-file, or a text on stdin/],
    [['generate', 'a', 'b'], /too many arguments/],
    [['generate', 'a', '--prompt-file', 'b'], /expected a prompt or --prompt-file/],
    [['generate', 'a', '--nope'], /unknown option '--nope'/],
    [['generate', 'a', '--max-tokens', 'many'], /'many' is invalid\. Expected a number/],
    [['generate', 'a', '--temperature', 'NaN'], /'NaN' is invalid\. Expected a number/],
    [['generate', 'a', '--seed', ''], /Expected a number/],
    [['generate', 'a', '--model'], /argument missing/],
    [['chat', 'hello', 'again'], /too many arguments/],
    [['chat', 'hello', '--model', 'a'], /expected a model or --model/],
    [['pull'], /missing required argument 'model'/],
    [['rm'], /missing required argument 'model'/],
    [['inspect'], /missing required argument 'file'/],
    [['tokenize'], /expected --text or --texts-file/],
    [['tokenize', '--text', 'a', '--texts-file', 'b'], /expected --text or --texts-file/],
    [['embed'], /expected --text or --texts-file/],
    [['embed', '--text', 'a', '--texts-file', 'b'], /expected --text or --texts-file/],
    [['embed', '--text', 'a', '--pooling', 'max'], /mean, cls, last, none/],
    [['logits'], /required option '--tokens-file <file>' not specified/],
  ]) {
    it(`refuses: realm ${args.map((arg) => arg || "''").join(' ')}`, async () => {
      const { code, stdout, stderr } = await runRealm(args)
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.match(stderr, /^error\[INVALID_ARGUMENT\]: .+\nSee: realm.* --help\n$/s)
      assert.match(stderr, message)
    })
  }

  it('shows its usage where no command is given', async () => {
    const { code, stdout, stderr } = await runRealm([])
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^Usage: realm /)
  })
})
