"""Writes what samplers are to leave and how probable it is: python samplers_golden.py RESOURCES/ai/realm/sampling

Needs `pip install numpy`. Each sampler is written plainly here, in float64 over whole arrays, as
llama.cpp's sources define it, with these differences: what is sorted, is sorted by logit and then
by id, where llama.cpp leaves the order of equals open; 0 log 0 is 0, where its f32 gives NaN;
tokens that were left out, or whose logit is negative infinity, are no candidates, where it keeps
some of them with probability 0 (they count in its dynamic temperature's largest entropy); and an
estimated rank of Mirostat that is no number is 1. Penalties leave logits in f32, as the engine and
llama.cpp do.

A case has logits, the tokens before, options, the number that is drawn for XTC, and the candidates
that are left with their probabilities. A sequence has such steps one after another, each with the
token that was drawn from its distribution. `python samplers_golden.py` draws the cases anew from a
fixed seed.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np

LARGEST = float(np.finfo(np.float32).max)
rng = np.random.default_rng(20)


def log_softmax(logits):
    largest = logits.max()
    return logits - largest - np.log(np.exp(logits - largest).sum())


def entropy(logits):
    logs = log_softmax(logits)
    p = np.exp(logs)
    return -np.where(p > 0, p * logs, 0).sum()


def penalize(logits, recent, repeat, presence, frequency):
    for token in set(recent[-64:]):
        count = recent[-64:].count(token)
        value = float(logits[token])
        value = value / repeat if value > 0 else value * repeat
        logits[token] = np.float32(min(value - count * frequency - presence, LARGEST))


def dry(logits, tokens, multiplier, base, allowed, last_n, breakers):
    """`breakers` are lists of tokens."""
    looked = len(tokens) if last_n < 0 else min(len(tokens), last_n)
    if looked <= allowed:
        return
    window = tokens[len(tokens) - looked :]
    limit = looked
    for back in range(looked):
        start = looked - 1 - back
        lengths = [len(b) for b in breakers if window[start : start + len(b)] == b]
        if lengths:
            limit = back - (max(lengths) - 1)
            break
    if limit < allowed:
        return
    longest = {}
    for shift in range(1, looked):
        same = 0
        while same + shift < looked and window[-1 - same] == window[-1 - same - shift]:
            same += 1
        same = min(same, limit)
        if same >= allowed:
            token = window[-shift]
            longest[token] = max(longest.get(token, 0), same)
    most = int(np.log(LARGEST) / np.log(base)) if base > 1.000001 else None
    for token, same in longest.items():
        if [token] in breakers:
            continue
        exponent = same - allowed if most is None else min(same - allowed, most)
        lower = max(float(logits[token]) - multiplier * base**exponent, -LARGEST)
        logits[token] = np.float32(lower)


class Candidates:
    """Sorted: the most probable first, of equals the lowest id."""

    def __init__(self, logits):
        ids = np.flatnonzero(logits > -np.inf)
        self.ids = ids[np.lexsort((ids, -logits[ids]))]
        self.logits = logits[self.ids].astype(np.float64)

    def keep(self, chosen):
        self.ids = self.ids[chosen]
        self.logits = self.logits[chosen]

    def __len__(self):
        return len(self.ids)


def top_n_sigma(c, n):
    if n > 0 and len(c) > 1:
        c.keep(c.logits >= c.logits.max() - n * c.logits.std())


def typical(c, p):
    if p < 1:
        logs = log_softmax(c.logits)
        order = np.argsort(np.abs(-logs - entropy(c.logits)), kind="stable")
        reached = np.cumsum(np.exp(logs[order]))
        above = np.flatnonzero(reached > p)
        count = above[0] + 1 if len(above) else len(c)
        c.keep(np.sort(order[:count]))


def top_p(c, p):
    if p < 1:
        reached = np.cumsum(np.exp(log_softmax(c.logits)))
        above = np.flatnonzero(reached >= p)
        c.keep(slice(0, above[0] + 1 if len(above) else len(c)))


def min_p(c, p):
    if p > 0:
        c.keep(c.logits >= c.logits.max() + np.log(p))


def xtc(c, probability, threshold, chance):
    if probability > 0 and len(c) > 1 and chance <= probability:
        enough = np.exp(log_softmax(c.logits)) >= threshold
        last = 0
        for i in range(len(c)):
            if not enough[i]:
                break
            last = i
        c.keep(slice(last, None))


def dynamic(c, temperature, spread, exponent):
    if spread == 0 or len(c) == 1:
        return temperature
    low, high = max(0, temperature - spread), temperature + spread
    return low + (high - low) * (entropy(c.logits) / np.log(len(c))) ** exponent


def proportional(c, temperature):
    if temperature == 0:
        return np.eye(1, len(c))[0]
    return np.exp(log_softmax(c.logits / temperature))


class Mirostat:
    def __init__(self, version, tau, eta, vocabulary):
        self.version, self.tau, self.eta, self.vocabulary = version, tau, eta, vocabulary
        self.mu = 2 * tau

    def weigh(self, c, temperature):
        logs = log_softmax(c.logits / temperature)
        if self.version == 1:
            first = logs[:100]
            ranks = np.arange(len(first) - 1)
            t = np.log((ranks + 2) / (ranks + 1))
            b = first[:-1] - first[1:]
            with np.errstate(all="ignore"):
                s = np.float64((t * b).sum()) / np.float64((t * t).sum())
                eps = s - 1
                k = np.power(
                    eps * np.float64(2) ** self.mu / (1 - np.float64(self.vocabulary) ** -eps), 1 / s
                )
            kept = 1 if np.isnan(k) else int(np.clip(k, 1, len(c)))
        else:
            above = np.flatnonzero(-logs / np.log(2) > self.mu)
            kept = max(1, above[0] if len(above) else len(c))
        c.keep(slice(0, kept))
        return proportional(c, temperature)

    def drawn(self, p):
        self.mu -= self.eta * (-np.log2(p) - self.tau)


class Adaptive:
    def __init__(self, target, decay):
        self.target, self.decay = target, decay
        self.weights = 1 / (1 - decay)
        self.sum = target * self.weights

    def weigh(self, c, temperature):
        self.p = proportional(c, temperature)
        target = np.clip(2 * self.target - self.sum / self.weights, 0, 1)
        distance = np.abs(self.p - target) / 0.3
        moved = 5 - 10 * distance**2 / (1 + distance)
        return np.exp(log_softmax(moved))

    def drawn(self, index):
        self.sum = self.p[index] + self.decay * self.sum
        self.weights = 1 + self.decay * self.weights


def leave(logits, tokens, o, chance):
    """The candidates, and the temperature."""
    logits = logits.copy()
    c = None
    if "mirostat" not in o:
        penalize(
            logits,
            tokens,
            o.get("repeatPenalty", 1),
            o.get("presencePenalty", 0),
            o.get("frequencyPenalty", 0),
        )
        if "dry" in o:
            d = o["dry"]
            dry(
                logits,
                tokens,
                d["multiplier"],
                d["base"],
                d["allowedLength"],
                d["lastN"],
                d["breakers"],
            )
    c = Candidates(logits)
    temperature = o.get("temperature", 1)
    if "mirostat" in o:
        return c, temperature
    top_n_sigma(c, o.get("topNSigma", 0))
    if o.get("topK", 0) > 0:
        c.keep(slice(0, o["topK"]))
    typical(c, o.get("typicalP", 1))
    top_p(c, o.get("topP", 1))
    min_p(c, o.get("minP", 0))
    if "xtc" in o:
        xtc(c, o["xtc"]["probability"], o["xtc"]["threshold"], chance)
    if "dynamicTemperature" in o:
        d = o["dynamicTemperature"]
        temperature = dynamic(c, temperature, d["range"], d["exponent"])
    return c, temperature


def rounded(values):
    return [float(f"{v:.9g}") for v in values]


def written(logits):
    """Negative infinity as null; each float by the digits that tell it from others."""
    return [None if v == -np.inf else float(str(v)) for v in logits.astype(np.float32)]


def some_logits():
    kind = rng.integers(8)
    size = int(rng.choice([1, 2, 3, 17, 60, 130]))
    logits = rng.normal(0, rng.choice([0.3, 2, 8]), size)
    if kind == 0:
        logits = np.round(logits)  # Ties.
    if kind == 1:
        logits = np.full(size, float(rng.integers(-3, 3)))  # Nothing but ties.
    if kind == 2:
        logits *= 1e4  # One token has all.
    if kind == 3:
        logits = logits * 1e-4 + 2e4
    if kind in (4, 5) and size > 1:
        banned = rng.random(size) < (0.5 if kind == 4 else 0.98)
        banned[rng.integers(size)] = False
        logits[banned] = -np.inf
    return logits.astype(np.float32)


def r(low, high):
    return round(float(rng.uniform(low, high)), 4)


def some_options(vocabulary, tokens):
    o = {"temperature": r(0.1, 2.5)}
    if rng.random() < 0.3:
        o["topK"] = int(rng.integers(1, vocabulary + 2))
    if rng.random() < 0.4:
        o["topP"] = r(0.05, 0.99)
    if rng.random() < 0.4:
        o["minP"] = r(0.001, 0.5)
    if rng.random() < 0.4:
        o["typicalP"] = r(0.05, 0.99)
    if rng.random() < 0.4:
        o["topNSigma"] = r(0.1, 3)
    if rng.random() < 0.3:
        o["repeatPenalty"] = r(0.7, 1.8)
    if rng.random() < 0.3:
        o["presencePenalty"] = r(-1, 2)
        o["frequencyPenalty"] = r(-1, 2)
    if rng.random() < 0.4:
        o["xtc"] = {"probability": r(0.2, 1), "threshold": r(0.001, 0.5)}
    if rng.random() < 0.3:
        o["dynamicTemperature"] = {"range": r(0, 2), "exponent": r(0.2, 3)}
        if rng.random() < 0.3:
            o["dynamicTemperature"]["range"] = o["temperature"]
        if rng.random() < 0.2:
            o["temperature"] = 0
    if rng.random() < 0.5:
        o["dry"] = {
            "multiplier": r(0.1, 3),
            "base": float(rng.choice([1, 1.0000005, 1.75, 3])),
            "allowedLength": int(rng.integers(0, 4)),
            "lastN": int(rng.choice([-1, 1, 5, 30])),
            "breakers": [some_breaker(tokens) for _ in range(rng.integers(0, 3) if tokens else 0)],
        }
    return o


def some_tokens(vocabulary, most):
    alphabet = rng.integers(0, vocabulary, min(vocabulary, int(rng.choice([2, 3, 6]))))
    return [int(t) for t in rng.choice(alphabet, rng.integers(0, most))]


def some_breaker(tokens):
    start = int(rng.integers(0, len(tokens)))
    return tokens[start : start + int(rng.integers(1, 4))]


def expected(c, p):
    return {"ids": [int(i) for i in c.ids], "p": rounded(p)}


def cases():
    for _ in range(420):
        logits = some_logits()
        tokens = some_tokens(len(logits), 90)
        o = some_options(len(logits), tokens)
        chance = r(0, 1)
        c, temperature = leave(logits, tokens, o, chance)
        yield {
            "logits": written(logits),
            "tokens": tokens,
            "options": o,
            "chance": chance,
            "expected": expected(c, proportional(c, temperature)),
        }


def sequences():
    for number in range(36):
        vocabulary = int(rng.choice([1, 2, 40, 150]))
        o = {"temperature": r(0.3, 2)}
        if number % 3 < 2:
            o["mirostat"] = {"version": number % 3 + 1, "tau": r(0.2, 6), "eta": r(0, 1)}
            pick = Mirostat(**o["mirostat"], vocabulary=vocabulary)
        else:
            o["adaptiveP"] = {"target": r(0, 1), "decay": r(0, 0.99)}
            o["minP"] = r(0, 0.05)
            pick = Adaptive(**o["adaptiveP"])
        steps = []
        for _ in range(10):
            logits = rng.normal(0, rng.choice([0.5, 3, 9]), vocabulary).astype(np.float32)
            if rng.random() < 0.2:
                logits = np.round(logits)
            if vocabulary > 2 and rng.random() < 0.2:
                logits[rng.random(vocabulary) < 0.4] = -np.inf
                logits[0] = 0
            c, temperature = leave(logits, [], o, 0)
            p = pick.weigh(c, temperature)
            drawn = int(rng.choice(len(c), p=p))
            steps.append(
                {"logits": written(logits), "expected": expected(c, p), "drawn": int(c.ids[drawn])}
            )
            pick.drawn(p[drawn] if "mirostat" in o else drawn)
        yield {"vocabulary": vocabulary, "options": o, "steps": steps}


golden = {"cases": list(cases()), "sequences": list(sequences())}
path = Path(sys.argv[1]) / "samplers.json.gz"
data = json.dumps(golden, separators=(",", ":")).encode()
path.write_bytes(gzip.compress(data, 9, mtime=0))
print(path, len(data), path.stat().st_size)
