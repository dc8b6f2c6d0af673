"""Trains a small unigram vocabulary with SentencePiece, with XLM-RoBERTa's roles and normalizer, and writes it as a GGUF
file of metadata alone, compressed with gzip:

    pip install sentencepiece==0.2.1 protobuf
    python unigram.py TEXT... unigram.gguf.gz
"""

import gzip
import io
import struct
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

SCRIPTS = """
Привет мир как дела сегодня хорошая погода
Γειά σου κόσμε πώς είσαι σήμερα
שלום עולם מה שלומך היום
مرحبا بالعالم كيف حالك اليوم
नमस्ते दुनिया आप कैसे हैं आज
你好世界今天天气很好我们去公园吧
こんにちは世界今日はいい天気ですね
안녕하세요 세계 오늘 날씨가 좋네요
สวัสดีชาวโลกวันนี้อากาศดี
გამარჯობა მსოფლიო როგორ ხარ
Բարեւ աշխարհ ինչպես ես
français naïve œuvre déjà vu
xin chào thế giới hôm nay trời đẹp
""".split("\n")

U32, I32, F32, BOOL, STRING, ARRAY, U8 = 4, 5, 6, 7, 8, 9, 0


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def array(kind, elements, length):
    return struct.pack("<IIQ", ARRAY, kind, length) + elements


def plain(kind, form, value):
    return struct.pack("<I" + form, kind, value)


def entries(model):
    """The metadata, as llama.cpp's converter writes them for XLM-RoBERTa."""
    pieces = model.pieces
    yield "general.architecture", struct.pack("<I", STRING) + string("llama")
    for key, value in [("context_length", 64), ("embedding_length", 64), ("block_count", 1)]:
        yield f"llama.{key}", plain(U32, "I", value)
    for key, value in [("feed_forward_length", 64), ("attention.head_count", 1)]:
        yield f"llama.{key}", plain(U32, "I", value)
    yield "llama.attention.layer_norm_rms_epsilon", plain(F32, "f", 1e-5)
    prefix = "tokenizer.ggml."
    yield prefix + "model", struct.pack("<I", STRING) + string("t5")
    tokens = b"".join(string(piece.piece) for piece in pieces)
    yield prefix + "tokens", array(STRING, tokens, len(pieces))
    scores = struct.pack(f"<{len(pieces)}f", *(piece.score for piece in pieces))
    yield prefix + "scores", array(F32, scores, len(pieces))
    types = struct.pack(f"<{len(pieces)}i", *(piece.type for piece in pieces))
    yield prefix + "token_type", array(I32, types, len(pieces))
    charsmap = model.normalizer_spec.precompiled_charsmap
    yield prefix + "precompiled_charsmap", array(U8, charsmap, len(charsmap))
    for key in ("add_space_prefix", "remove_extra_whitespaces", "add_bos_token", "add_eos_token"):
        yield prefix + key, plain(BOOL, "?", True)
    for key, value in [("bos", 0), ("padding", 1), ("eos", 2), ("unknown", 3), ("seperator", 2)]:
        yield f"{prefix}{key}_token_id", plain(U32, "I", value)


def main(texts, out):
    lines = [line for text in texts for line in open(text, encoding="utf-8") if line.strip()]
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines + SCRIPTS * 30),
        model_writer=written,
        vocab_size=1500,
        model_type="unigram",
        character_coverage=0.999,
        normalization_rule_name="nmt_nfkc",
        bos_id=0,
        pad_id=1,
        eos_id=2,
        unk_id=3,
        user_defined_symbols=["<mask>"],
        minloglevel=2,
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(written.getvalue())
    metadata = list(entries(model))
    file = struct.pack("<4sIQQ", b"GGUF", 3, 0, len(metadata))
    file += b"".join(string(key) + value for key, value in metadata)
    with open(out, "wb") as target:
        target.write(gzip.compress(file, 9, mtime=0))


main(sys.argv[1:-1], sys.argv[-1])
