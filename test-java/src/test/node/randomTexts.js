/** Letters by script: ranges of code points in hexadecimal; a range that stands twice is drawn twice as often. */
const scripts = {
  latin: '61-7a 61-7a 41-5a c0-24f 1e00-1eff',
  greek: '370-3ff 3b1-3c9 1f00-1fff',
  cyrillic: '400-52f 410-44f',
  armenian: '531-58f',
  hebrew: '591-5f4 5d0-5ea',
  arabic: '600-6ff 627-64a 750-77f',
  devanagari: '900-97f 915-939',
  bengali: '980-9fe',
  tamil: 'b82-bfa',
  telugu: 'c00-c7f',
  thai: 'e01-e5b',
  tibetan: 'f00-fda',
  myanmar: '1000-109f',
  georgian: '10a0-10ff 1c90-1cbf 2d00-2d2d',
  ethiopic: '1200-139f',
  cherokee: '13a0-13fd ab70-abbf',
  khmer: '1780-17f9',
  mongolian: '1800-18aa',
  han: '4e00-9fff 4e00-5fff 3400-4dbf 20000-2a6df f900-faff',
  kana: '3041-30ff ff66-ff9f 31f0-31ff',
  hangul: 'ac00-d7a3 1100-11ff 3131-318e',
  rare: '10000-100ff 10400-1044f 12000-123ff 1d400-1d7ff 1e900-1e95f',
}
const digits = '30-39 30-39 660-669 966-96f e50-e59 ff10-ff19'
const numbers = `${digits} b2-b3 bc-be 2150-218b 2460-249b 1d7ce-1d7ff`
const punctuation = '21-2f 3a-40 5b-60 7b-7e a1-bf 2010-205e 3000-303f ff01-ff0f 20a0-20c0 2190-22ff'
const letters = '61-7a 61-7a 41-5a e0-ff'
const marks = '300-36f 1ab0-1ace 20d0-20f0 fe00-fe0f'
const controls = '0-1f 7f-9f ad-ad 200b-200f d800-dfff e000-e0ff fff0-ffff'
const everything = '0-ffff 0-2fff 10000-1ffff 0-10ffff'

const spaces = '20 20 20 20,20 20,20,20 9 a a,a d,a d b c a0 85 1680 2003 2028 2029 202f 205f 3000 200b feff'
  .split(' ')
  .map((codes) => String.fromCodePoint(...codes.split(',').map((code) => Number.parseInt(code, 16))))
const pictures = '😀 👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇫🇷 🇯🇵 ❤️ 1️⃣ 🧑‍🚀 ☕ ✨ 🀄'.split(' ')
const words =
  "I don't you're WE'LL it's 's O'Neill they've I'd 'tis I'M l'été The quick brown foxes jump 13 lazy dogs naïve ' '' 'ſ 'LL 'Re".split(
    ' ',
  )
const code = [
  ...'for (int i=0; i<n; ++i) { } // /* */ "str\\n" \'c\' -> => != === && || $x #include <stdio.h> 0x1F 1e-9'.split(
    ' ',
  ),
  ...'3.14159 1234567 snake_case camelCase [i] (); `a` $a @Override ~ ^ <<='.split(' '),
  ...['\n', '\n    ', '\t', '\r\n', '    ', ' // ', ' */', ' i < n;'],
]
const bases = [...'AACCGGTTacgtN', 'ACGTAC', 'é', ' ']
const dnaTags = ['<dna>', '<dna>', '</dna>', '<dna', '']
const specials =
  '<s> </s> <unk> <|endoftext|> <|im_start|> <|im_end|> <|user|> <|end|> <|assistant|> <|system|> [CLS] [SEP] [MASK] [PAD] <0x41> >>TITLE<< <｜fim▁begin｜> <|EOT|> <|begin▁of▁sentence|> <repo_name> <file_sep> <jupyter_code> <| |> < ▁ ##ing Ġ'.split(
    ' ',
  )

/**
 * Random texts in many scripts and of many kinds, the same on every run.
 * @param {number} each texts of a family
 * @param {object} [options]
 * @param {number} [options.seed] of what is drawn; an integer; default 20
 * @returns {{ family: string, text: string }[]}
 */
export function randomTexts(each, { seed = 20 } = {}) {
  const random = seeded(seed)
  const one = (list) => list[Math.floor(random() * list.length)]
  const from = (ranges) => {
    const [first, last] = one(ranges.split(' '))
      .split('-')
      .map((code) => Number.parseInt(code, 16))
    return String.fromCodePoint(first + Math.floor(random() * (last - first + 1)))
  }
  const times = (least, most, make) =>
    Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, make).join('')
  const gap = () => (random() < 0.7 ? ' ' : one(spaces))
  const gapOr = (others) => (random() < 0.5 ? gap() : one(others))
  const word = (script) => {
    const dice = random()
    if (dice < 0.75) return times(1, 8, () => from(script))
    if (dice < 0.85) return times(1, 5, () => from(digits))
    return dice < 0.95 ? times(1, 3, () => from(punctuation)) : one(words)
  }
  const sentence = (script) => times(1, 6, () => word(script) + (random() < 0.8 ? gap() : ''))

  const families = {
    ...Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, () => sentence(script)])),
    numbers: () => times(1, 12, () => times(1, 7, () => from(numbers)) + gapOr([''])),
    punctuation: () => times(1, 8, () => times(1, 4, () => from(punctuation)) + gapOr(['', 'a', '1'])),
    space: () =>
      times(1, 8, () => times(0, 4, () => one(spaces)) + one(['a', 'Zz', '1', '.', 'é', '中', "'s", ''])),
    contractions: () => times(2, 8, () => one(words) + (random() < 0.7 ? ' ' : '')),
    code: () => times(3, 12, () => one(code) + (random() < 0.4 ? ' ' : '')),
    pictures: () => times(1, 6, () => one(pictures) + gapOr(['', 'a', '1', '!'])),
    marks: () => times(1, 5, () => times(1, 4, () => from(letters) + times(0, 3, () => from(marks))) + gap()),
    special: () => times(1, 7, () => one(specials) + one(['', '', ' ', '  ', '\n', ' a', 'b ', ' é\t'])),
    control: () => times(1, 6, () => from(controls) + one(['', ' ', 'a', 'bc', '1'])),
    anything: () => times(1, 25, () => from(everything) + one(['', '', ' '])),
  }
  const names = Object.keys(families)
  families.mixed = () => times(2, 4, () => families[one(names)]())
  families.dna = () =>
    times(1, 3, () => one(['', 'a ', 'ACGT ']) + one(dnaTags) + times(0, 20, () => one(bases)) + one(dnaTags))
  return Object.entries(families).flatMap(([family, make]) =>
    Array.from({ length: each }, () => ({ family, text: make() })),
  )
}

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function seeded(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
