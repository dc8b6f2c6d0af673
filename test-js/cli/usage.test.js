import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createProgram } from '../../js-bindings/cli/createProgram.js'
import { reportError } from '../../js-bindings/cli/terminal/reportError.js'
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
  'rank',
  'decide',
  'infill',
  'estimate',
]

/** Each command's options, as users write them. */
const GENERATE =
  '--model --context-length --threads --kv-cache --cache-mb --overcommit --draft --max-tokens --temperature --top-k --top-p --min-p --typical-p --top-n-sigma --xtc --dry --dynamic-temperature --mirostat --adaptive-p --repeat-penalty --presence-penalty --frequency-penalty --logit-bias --seed --stop --reasoning --logprobs --system --template-option --no-speculation'
const OPTIONS = {
  generate: `--prompt-file --raw --continue-final ${GENERATE.replace('--stop', '--stop --no-show-format')} --schema --grammar --choices --regex --json-format --json --help`,
  chat: `${GENERATE} --tools --max-rounds --on-overflow --json --help`,
  pull: '--json --help',
  rm: '--unfinished --json --help',
  list: '--sizes --json --help',
  inspect: '--json --help',
  doctor: '--json --help',
  tokenize: '--model --text --texts-file --no-special --no-bos --json --help',
  embed:
    '--text --texts-file --model --context-length --threads --kv-cache --cache-mb --overcommit --pooling --no-normalize --dimensions --truncate --json --help',
  rank: '--documents-file --model --context-length --threads --kv-cache --cache-mb --overcommit --json --help',
  infill: `--marker ${GENERATE.replace(' --system --template-option', '')} --json --help`,
  decide:
    '--choices --score --calibrate --model --context-length --threads --kv-cache --cache-mb --overcommit --json --help',
  estimate: '--context-length --kv-cache --parallel --draft --json --help',
  logits:
    '--tokens-file --top --batch --model --context-length --threads --kv-cache --cache-mb --overcommit --json --help',
}

/**
 * Runs a command line in this process, up to where a command would do its work.
 *
 * @param {string[]} args
 */
async function parse(args) {
  const printed = { stdout: '', stderr: '' }
  const program = createProgram()
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (text) => (printed.stdout += text),
      writeErr: (text) => (printed.stderr += text),
    })
  }
  const code = await program.parseAsync(args, { from: 'user' }).then(() => 0, reportError)
  return { ...printed, code }
}

describe('realm, used rightly and wrongly', () => {
  for (const command of COMMANDS) {
    it(`explains ${command}, with every option`, async () => {
      const { code, stdout, stderr } = await parse([command, '--help'])
      assert.equal(code, 0, stderr)
      assert.match(stdout, new RegExp(`^Usage: realm ${command} `))
      const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option)
      assert.deepEqual(options, OPTIONS[command].split(' '))
    })
  }

  /**
   * Options of the API that a command line cannot give: it stops by Ctrl-C, shows by itself how it goes on, has nobody
   * beside it to share with, or to wait for, and prints one text.
   */
  const WITHOUT_FLAG = [
    'signal',
    'onProgress',
    'tenant',
    'cache',
    'priority',
    'deadline',
    'parallel',
    'maxQueue',
    'n',
    'tools',
    'toolChoice',
    'parallelToolCalls',
  ]
  for (const [type, command, otherwise = {}] of [
    [
      'GenerateOptions',
      'generate',
      {
        templateOptions: 'templateOption',
        speculation: 'noSpeculation',
        showFormat: 'noShowFormat',
        format: 'schema',
      },
    ],
    // A chat is of messages, which are never verbatim.
    [
      'GenerateOptions',
      'chat',
      {
        templateOptions: 'templateOption',
        speculation: 'noSpeculation',
        showFormat: null,
        raw: null,
        continueFinal: null,
        format: null,
      },
    ],
    ['LoadOptions', 'generate', { speculation: 'noSpeculation' }],
    // Vectors and scores have no tokens that could be guessed.
    ['LoadOptions', 'embed', { speculation: null, draft: null }],
    ['EmbedOptions', 'embed', { normalize: 'noNormalize' }],
    ['EstimateOptions', 'estimate'],
    ['LoadOptions', 'rank', { speculation: null, draft: null }],
    ['TokenizeOptions', 'tokenize', { special: 'noSpecial', addBos: 'noBos' }],
  ]) {
    it(`takes each of the ${type} as a flag of ${command}`, () => {
      const types = readFileSync(new URL('../../js-bindings/lib/types.d.ts', import.meta.url), 'utf8')
      const [, body] = new RegExp(`^export interface ${type} \\{\n([\\s\\S]*?)\n\\}\n`, 'm').exec(types)
      const fields = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, field]) => field)
      assert.ok(fields.length > 1)
      const flags = fields
        .filter((field) => !WITHOUT_FLAG.includes(field) && otherwise[field] !== null)
        .map((field) => otherwise[field] ?? field)
        .map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
      const known = OPTIONS[command].split(' ')
      assert.deepEqual(
        flags.filter((flag) => !known.includes(flag)),
        [],
      )
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
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    for (const flag of ['--version', '-v']) {
      const { code, stdout } = await runRealm([flag])
      assert.equal(code, 0)
      assert.equal(stdout, `${version}\n`)
    }
  })

  for (const [args, message] of [
    [['nope'], /unknown command 'nope'/],
    [['generate', 'a', '--prompt-file', 'b'], /expected a prompt or --prompt-file/],
    [['generate', 'a', '--nope'], /unknown option '--nope'/],
    [['generate', 'a', '--max-tokens', 'many'], /'many' is invalid\. Expected a number/],
    [['generate', 'a', '--temperature', 'NaN'], /'NaN' is invalid\. Expected a number/],
    [['generate', 'a', '--seed', ''], /Expected a number/],
    [['generate', 'a', '--model'], /argument missing/],
    [['chat', 'hello', 'again'], /too many arguments/],
    [['chat', 'hello', '--model', 'a'], /expected a model or --model/],
    [['pull'], /missing required argument 'model'/],
    [['rm'], /expected a model, or --unfinished/],
    [['generate', 'a', '--logit-bias', '42'], /Expected id=number/],
    [['generate', 'a', '--logit-bias', '42=x'], /Expected a number/],
    [['inspect'], /missing required argument 'file'/],
    [['tokenize', '--text', 'a', '--texts-file', 'b'], /expected a text, --text or --texts-file/],
    [['tokenize', 'a', '--text', 'b'], /expected a text, --text or --texts-file/],
    [['embed', 'a', '--texts-file', 'b'], /expected a text, --text or --texts-file/],
    [['embed', '--text', 'a', '--pooling', 'max'], /mean, cls, last, none/],
    [['estimate'], /missing required argument 'model'/],
    [['rank'], /missing required argument 'query'/],
    [['rank', 'a', 'b', '--documents-file', 'c'], /expected files or --documents-file/],
    [['logits'], /required option '--tokens-file <file>' not specified/],
  ]) {
    it(`refuses: realm ${args.map((arg) => arg || "''").join(' ')}`, async () => {
      const { code, stdout, stderr } = await parse(args)
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.match(stderr, /^error\[INVALID_ARGUMENT\]: .+\nSee: realm.* --help\n$/s)
      assert.match(stderr, message)
    })
  }

  for (const [command, message] of [
    ['generate', /expected a prompt, --prompt-file, or a text on stdin/],
    ['tokenize', /expected a text, --texts-file, or a text on stdin/],
    ['embed', /expected a text, --texts-file, or a text on stdin/],
  ]) {
    it(`refuses: realm ${command}, with nothing on stdin`, async () => {
      const { code, stdout, stderr } = await runRealm([command])
      assert.deepEqual([code, stdout], [2, ''])
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
