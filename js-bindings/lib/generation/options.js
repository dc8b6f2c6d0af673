/** @import { GenerateOptions } from '../types.d.ts' */
/** @import { OptionEntry } from './generateOptions.js' */

/**
 * The one table of the options of a generation: what reads them, the flags of the command line and their help come from it;
 * tests hold the types, the README and Java to it.
 *
 * @type {Readonly<Record<keyof GenerateOptions, OptionEntry>>}
 */
// biome-ignore format: behind the equals sign it is JSON, which a test in Java reads.
export const generateOptions = {
  "maxTokens": {
    "kind": "integer",
    "from": 1,
    "to": 2147483647,
    "meaning": "the most tokens to make",
    "otherwise": "until the model ends its text or the context is full",
    "flag": "--max-tokens <n>"
  },
  "temperature": {
    "kind": "number",
    "from": 0,
    "to": 100,
    "meaning": "evens out the probabilities (above 1) or sharpens them (below); 0 always takes the most probable token",
    "default": 0.8,
    "file": "temp",
    "flag": "--temperature <t>"
  },
  "topK": {
    "kind": "integer",
    "from": 0,
    "to": 2147483647,
    "meaning": "draws from the k most probable tokens; 0 draws from all",
    "default": 40,
    "file": "top_k",
    "flag": "--top-k <k>"
  },
  "topP": {
    "kind": "number",
    "from": 0,
    "to": 1,
    "meaning": "draws from the fewest tokens whose probabilities reach p together; 1 draws from all, 0 takes the most probable",
    "default": 0.95,
    "file": "top_p",
    "flag": "--top-p <p>"
  },
  "minP": {
    "kind": "number",
    "from": 0,
    "to": 1,
    "meaning": "leaves out tokens less probable than p times the most probable one; 0 leaves out none",
    "default": 0.05,
    "file": "min_p",
    "flag": "--min-p <p>"
  },
  "typicalP": {
    "kind": "number",
    "from": 0,
    "to": 1,
    "meaning": "draws from the tokens whose surprise is nearest to what is to be expected, the fewest whose probabilities are more than p together; 1 draws from all",
    "default": 1,
    "flag": "--typical-p <p>"
  },
  "topNSigma": {
    "kind": "number",
    "from": 0,
    "to": 100,
    "meaning": "leaves out tokens whose logit is more than n standard deviations of all logits below the largest; 0 leaves out none",
    "default": 0,
    "flag": "--top-n-sigma <n>"
  },
  "xtc": {
    "kind": "record",
    "fields": {
      "probability": {
        "kind": "number",
        "from": 0,
        "to": 1,
        "meaning": "how often",
        "default": 0.5
      },
      "threshold": {
        "kind": "number",
        "from": 0,
        "to": 0.5,
        "meaning": "from which probability on a token is probable enough",
        "default": 0.1
      }
    },
    "meaning": "now and then leaves out all tokens that are probable enough but for the least probable of them, so that a text takes turns that nobody expects",
    "otherwise": "never",
    "flag": "--xtc <name=number>"
  },
  "dry": {
    "kind": "record",
    "fields": {
      "multiplier": {
        "kind": "number",
        "from": 0,
        "to": 100,
        "meaning": "what a token loses of its logit that makes a repetition longer than is allowed; 0 is nothing",
        "default": 0.8
      },
      "base": {
        "kind": "number",
        "from": 1,
        "to": 100,
        "meaning": "how many times as much for each token more",
        "default": 1.75
      },
      "allowedLength": {
        "kind": "integer",
        "from": 0,
        "to": 2147483647,
        "meaning": "how many tokens may come again as they stood",
        "default": 2
      },
      "lastN": {
        "kind": "integer",
        "from": -1,
        "to": 2147483647,
        "meaning": "how many of the latest tokens are looked at; -1 looks at all, 0 at none",
        "default": -1
      },
      "breakers": {
        "kind": "texts",
        "most": 32,
        "meaning": "texts over which no repetition reaches, each of at most 40 bytes in UTF-8",
        "otherwise": "newline, colon, quotation mark and asterisk"
      }
    },
    "meaning": "makes tokens less probable that would go on with a repetition (\"don't repeat yourself\"), the longer it is the more",
    "otherwise": "none",
    "flag": "--dry <name=number>"
  },
  "dynamicTemperature": {
    "kind": "record",
    "fields": {
      "range": {
        "kind": "number",
        "from": 0,
        "to": 100,
        "meaning": "how far the temperature goes down where the model is sure, to 0 at the least, and up where it finds all tokens alike",
        "required": true
      },
      "exponent": {
        "kind": "number",
        "above": 0,
        "to": 100,
        "meaning": "of the entropy's share of its largest value, by which it goes up",
        "default": 1
      }
    },
    "meaning": "has the temperature rise with how undecided the model is",
    "otherwise": "it stays",
    "flag": "--dynamic-temperature <name=number>"
  },
  "mirostat": {
    "kind": "record",
    "fields": {
      "version": {
        "kind": "integer",
        "from": 1,
        "to": 2,
        "meaning": "1 estimates how many tokens to draw from, 2 leaves out those that are too surprising",
        "default": 2
      },
      "tau": {
        "kind": "number",
        "from": 0,
        "to": 100,
        "meaning": "the surprise to keep, in bits",
        "default": 5
      },
      "eta": {
        "kind": "number",
        "from": 0,
        "to": 1,
        "meaning": "how quickly what came steers it",
        "default": 0.1
      }
    },
    "meaning": "keeps the surprise of tokens near a target, in place of all samplers and penalties but logitBias and temperature: together with these it is refused",
    "otherwise": "it does not",
    "flag": "--mirostat <name=number>"
  },
  "adaptiveP": {
    "kind": "record",
    "fields": {
      "target": {
        "kind": "number",
        "from": 0,
        "to": 1,
        "meaning": "the probability to keep near to, in the mean",
        "required": true
      },
      "decay": {
        "kind": "number",
        "from": 0,
        "to": 0.99,
        "meaning": "how much of the earlier tokens each new one leaves remembered",
        "default": 0.9
      }
    },
    "meaning": "draws tokens whose probability is near a target, in place of those that are most probable",
    "otherwise": "by their probabilities",
    "flag": "--adaptive-p <name=number>"
  },
  "repeatPenalty": {
    "kind": "number",
    "above": 0,
    "to": 10,
    "meaning": "makes tokens that came lately less probable: divides a positive logit, multiplies a negative one; 1 is none",
    "default": 1,
    "file": "penalty_repeat",
    "flag": "--repeat-penalty <r>"
  },
  "presencePenalty": {
    "kind": "number",
    "from": -10,
    "to": 10,
    "meaning": "subtracted from the logit of a token that came lately; 0 is none",
    "default": 0,
    "flag": "--presence-penalty <r>"
  },
  "frequencyPenalty": {
    "kind": "number",
    "from": -10,
    "to": 10,
    "meaning": "subtracted from the logit of a token each time that it came lately; 0 is none",
    "default": 0,
    "flag": "--frequency-penalty <r>"
  },
  "logitBias": {
    "kind": "biases",
    "from": -100,
    "to": 100,
    "meaning": "numbers that are added to the logits of these tokens, by id or by text: { 42: 5, ' yes': 2 }, a Map, or pairs; a text must be one token; -Infinity, or false, bans a token",
    "otherwise": "none",
    "flag": "--logit-bias <token=number>"
  },
  "seed": {
    "kind": "integer",
    "from": -9007199254740991,
    "to": 9007199254740991,
    "meaning": "of the random numbers: the same seed, prompt and options give the same text; -1 is another one each time",
    "otherwise": "another one each time",
    "flag": "--seed <n>"
  },
  "stop": {
    "kind": "texts",
    "most": 16,
    "meaning": "texts that end the generation and are not part of its text",
    "otherwise": "none",
    "flag": "--stop <text>"
  },
  "format": {
    "kind": "format",
    "meaning": "what the text must be like: a JSON Schema, an object with one (Standard JSON Schema, such as zod's), \"json\", or an object with regex, choices, grammar or schema; what cannot be enforced is refused before the first token",
    "otherwise": "anything"
  },
  "showFormat": {
    "kind": "boolean",
    "meaning": "whether the model reads the format's schema, with its titles and descriptions, in the prompt of a chat: in its system message or the first one of the user; one of more than 8 KB, or of more bytes than half of the context has tokens, is not shown",
    "default": true,
    "flag": "--no-show-format"
  },
  "tools": {
    "kind": "tools",
    "meaning": "what the model may call, by name: { description, parameters }, of which parameters are a JSON Schema, or an object with one; calls are in the result, with arguments that meet the schema",
    "otherwise": "none"
  },
  "toolChoice": {
    "kind": "toolChoice",
    "meaning": "whether tools are called: auto, none, required, or { \"tool\": \"name\" } for one of them",
    "default": "auto"
  },
  "parallelToolCalls": {
    "kind": "boolean",
    "meaning": "whether one turn may have several calls",
    "default": true
  },
  "reasoning": {
    "kind": "reasoning",
    "meaning": "whether the model thinks before it answers, and how far: false, true, or an object with a budget in tokens, at which a thought is ended, or an effort that the chat template knows, such as low; thoughts are apart from the text",
    "otherwise": "as its chat template has it",
    "flag": "--reasoning <how>"
  },
  "logprobs": {
    "kind": "integer",
    "from": 0,
    "to": 20,
    "meaning": "tells the log-probability of each token in the result and in a stream's events, by the model's own distribution, before a format and samplers have their say, and of so many of the most probable ones in its place",
    "otherwise": "none are told",
    "flag": "--logprobs <n>"
  },
  "n": {
    "kind": "integer",
    "from": 1,
    "to": 128,
    "meaning": "how many answers to make of the prompt, which is computed once; choice i is the text that the seed plus i gives alone",
    "default": 1
  },
  "raw": {
    "kind": "boolean",
    "meaning": "takes a string prompt verbatim: no chat template, and texts of special tokens in it are those tokens; the model's file still says whether BOS goes before it",
    "default": false
  },
  "system": {
    "kind": "text",
    "meaning": "the system message of a chat; an empty one leaves only what the chat template itself says",
    "otherwise": "the catalog entry's, if it has one",
    "flag": "--system <text>"
  },
  "continueFinal": {
    "kind": "boolean",
    "meaning": "goes on in the last message, which is the assistant's, as if the model had written it so far; the text is what follows",
    "default": false
  },
  "templateOptions": {
    "kind": "variables",
    "meaning": "variables of the model's chat template beside those that each has, such as { \"enable_thinking\": false }",
    "otherwise": "none",
    "flag": "--template-option <name=value>"
  },
  "speculation": {
    "kind": "boolean",
    "meaning": "whether tokens are guessed, by what the prompt and the text say, a draft model or a head of the model itself, and judged several in a step where that is faster; the text is the same",
    "default": true,
    "flag": "--no-speculation"
  },
  "tenant": {
    "kind": "text",
    "meaning": "for whom it is: what was computed of a prompt serves later prompts of the same tenant that begin alike, and no others; tenants whose texts wait get alike much of the model's time",
    "otherwise": "an empty name, the one of an app that tells none apart"
  },
  "cache": {
    "kind": "choice",
    "values": ["tenant", "shared", "none"],
    "meaning": "with whom the computed prompt is shared: with its tenant; with every prompt, of any tenant, that says shared, too; or with none",
    "default": "tenant"
  },
  "priority": {
    "kind": "integer",
    "from": -10,
    "to": 10,
    "meaning": "which of a tenant's texts goes first where they wait; one that waits rises by one a second, so that none starves",
    "default": 0
  },
  "deadline": {
    "kind": "integer",
    "from": 1,
    "to": 2147483647,
    "meaning": "milliseconds after which nobody wants it any more: it then rejects with DEADLINE_EXCEEDED",
    "otherwise": "none"
  },
  "signal": {
    "kind": "signal",
    "meaning": "stops the generation, which then rejects with an AbortError",
    "otherwise": "none"
  }
}
