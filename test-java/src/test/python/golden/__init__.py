"""Tiny models with random weights, and what they compute, for the tests of the engine.

recipe          how a tiny model of an architecture is drawn and written as a GGUF
blocks          quantizers: weights to the blocks of a file's tensor types
vocabulary      the two vocabularies of the tiny models
parts           what forward passes are made of, in float64
llama, ...      a family each: its recipes and its forward passes
families        the tables of both
llama_variants  writes the llamas that lie among the tests' resources
__main__        writes the files and values that a list asks for

The forward passes are written from the papers and share nothing with the engine. On F32 weights they
agree with llama.cpp. Every feature of an architecture shows in its tiny model: a window off by one, a
wrong pairing of RoPE or a scale left out changes the log-probabilities clearly.

A new architecture is a file here, or a function in its family's, and its names in `families`.
"""
