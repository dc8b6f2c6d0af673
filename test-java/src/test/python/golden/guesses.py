"""python -m golden.guesses PATHS.json

PATHS is a list of PATH, where `golden` wrote PATH.gguf and PATH.json of models with a head that guesses
tokens. For each, PATH.guesses receives, as little-endian f32, for each sequence, the log-probabilities
that the head gives behind each of its tokens, and then behind tokens that it guesses on from: the first
AHEAD of the same sequence, over and over.
"""

import json
import os
import sys
from pathlib import Path

from .families import GUESSES
from .parts import Model, log_softmax

AHEAD = 3


def make(path):
    description = json.loads(Path(path + ".json").read_text())
    model = Model.read(path + ".gguf")
    head = GUESSES[description["architecture"]]
    rows = [log_softmax(head(model, ids, (ids * AHEAD)[:AHEAD])) for ids in description["sequences"]]
    partial = Path(path + ".guesses.partial")
    partial.write_bytes(b"".join(each.astype("<f4").tobytes() for each in rows))
    os.replace(partial, path + ".guesses")


if __name__ == "__main__":
    for each in json.loads(Path(sys.argv[1]).read_text()):
        make(each)
