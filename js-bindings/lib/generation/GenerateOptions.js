/**
 * How a text is generated. Every option may be left out.
 *
 * @typedef {object} GenerateOptions
 * @property {number} [maxTokens] the most tokens to make; an integer from 1; default: until the model ends its text or
 *   the context is full
 * @property {number} [temperature] evens out the probabilities (above 1) or sharpens them (below); 0 always takes the
 *   most probable token; 0 to 100; default 0.8
 * @property {number} [topK] draws from the k most probable tokens; 0 draws from all; an integer from 0; default 40
 * @property {number} [topP] draws from the fewest tokens whose probabilities reach p together; 1 draws from all; above 0,
 *   up to 1; default 0.95
 * @property {number} [minP] leaves out tokens less probable than p times the most probable one; 0 leaves out none; 0 to 1;
 *   default 0.05
 * @property {number} [repeatPenalty] makes tokens that came lately less probable: divides a positive logit, multiplies a
 *   negative one; 1 is none; above 0, up to 10; default 1
 * @property {number} [presencePenalty] subtracted from the logit of a token that came lately; 0 is none; -10 to 10;
 *   default 0
 * @property {number} [frequencyPenalty] subtracted from the logit of a token each time that it came lately; 0 is none;
 *   -10 to 10; default 0
 * @property {Readonly<Record<number, number>> | ReadonlyMap<number, number>} [logitBias] numbers that are added to the
 *   logits of these token ids; -100 to 100, or -Infinity, which bans the token; default none
 * @property {number} [seed] of the random numbers: the same seed, prompt and options give the same text; an integer from 0
 *   to 2^53 - 1; default: another one each time
 * @property {string | readonly string[]} [stop] texts that end the generation and are not part of its text; up to 16, none
 *   of them empty; default none
 * @property {boolean} [raw] takes a string prompt verbatim: no chat template, and texts of special tokens in it are those
 *   tokens; the model's file still says whether BOS goes before it; default false
 * @property {string} [system] the system message of a chat, in place of the catalog's; with `''` only the chat template's
 *   own remains, if it has one; default: the catalog entry's, if it has one
 * @property {AbortSignal} [signal] stops the generation, which then rejects with an `AbortError`
 */

export {}
