"""python -m golden CASES.json

CASES is a list of {"model": a name of families.RECIPES, "type": one of recipe.FILE_TYPES, "seed": n,
"folder"}. For each, its folder receives

    MODEL-TYPE-SEED.gguf   the tiny model
    MODEL-TYPE-SEED.exact  little-endian f32: for each sequence, the log-probabilities of all tokens
                           after each of its tokens; of an embedder, one vector a sequence, not
                           normalized; of a reranker, the log-probabilities of yes and of no
    MODEL-TYPE-SEED.json   {"model", "type", "seed", "architecture", "embeds", "ranks", "mixture", "width",
                           "sequences": lists of token ids}; written last, so that a case that has
                           one is whole

The exact values are computed in float64 from the weights that the file's blocks stand for.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

from .families import FORWARD, RECIPES
from .parts import Model, log_softmax
from .recipe import RANK, Recipe
from .vocabulary import SIZE

# Past the windows of 32, past 256, at the ends of pages and blocks.
LENGTHS = [1, 7, 64, 300]


def sequences(recipe):
    """Random ids; what embeds has the special tokens at the ends that its tokenizer would set."""
    first, before, after = 3, [], []
    if recipe.vocabulary == "bert":
        cls, sep = (101, 102) if recipe.architecture == "bert" else (3, 1)
        first, before, after = 110, [cls], [sep]
    elif recipe.pooling:
        before, after = ([1], [2]) if recipe.architecture == "gemma-embedding" else ([], [2])
    twister = np.random.RandomState(recipe.seed)
    # A reranker gives a single value a pair, of which it takes more to tell something.
    lengths = LENGTHS * 8 if recipe.pooling == RANK else LENGTHS
    bodies = [twister.randint(first, SIZE - 1, length).tolist() for length in lengths]
    if recipe.pooling == RANK:
        bodies = [body[: len(body) // 3] + after + body[len(body) // 3 :] for body in bodies]
    return [before + body + after for body in bodies]


def exact(model, ids):
    hidden = FORWARD[model.architecture](model, ids)
    pooling = model.key("pooling_type")
    if pooling:
        return model.judged(hidden) if pooling == RANK else model.pooled(hidden)
    return log_softmax(model.logits(hidden))


def make(case):
    name, type_name, seed = case["model"], case["type"], case["seed"]
    path = Path(case["folder"]) / f"{name}-{type_name}-{seed}"
    description = path.with_name(path.name + ".json")
    if description.exists():
        return
    architecture, draw = RECIPES[name]
    recipe = Recipe(name, architecture, seed)
    draw(recipe)
    model_file = path.with_name(path.name + ".gguf")
    recipe.write(model_file, type_name)
    texts = sequences(recipe)
    model = Model.read(model_file)
    values = [exact(model, ids).astype("<f4") for ids in texts]
    path.with_name(path.name + ".exact").write_bytes(b"".join(each.tobytes() for each in values))
    written = {
        "model": name,
        "type": type_name,
        "seed": seed,
        "architecture": architecture,
        "embeds": recipe.pooling not in (None, RANK),
        "ranks": recipe.pooling == RANK,
        "mixture": recipe.is_mixture(),
        "width": values[0].shape[-1],
        "sequences": texts,
    }
    partial = path.with_name(path.name + ".json.partial")
    partial.write_text(json.dumps(written))
    os.replace(partial, description)


if __name__ == "__main__":
    for each in json.loads(Path(sys.argv[1]).read_text()):
        make(each)
