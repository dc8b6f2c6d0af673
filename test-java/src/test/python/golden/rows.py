"""How the parts of blocks become rows of a file."""

import numpy as np


def joined(weights, block_values, block_bytes, *parts):
    """The parts of all blocks side by side, as rows of the file."""
    raw = [np.ascontiguousarray(part).view(np.uint8).reshape(len(part), -1) for part in parts]
    blocks = np.concatenate(raw, 1)
    return blocks.reshape(*weights.shape[:-1], weights.shape[-1] // block_values * block_bytes)
