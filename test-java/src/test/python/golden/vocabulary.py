"""The vocabularies of the tiny models: 512 tokens, after SentencePiece and after WordPiece."""

SIZE = 512

# Token types of a GGUF.
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6

WORDS = """
the of and to in a is that for it was on are as with his they at be this from have or by one had not
but what all were when we there can an your which their said if do will each about how up out them then
she many some so these would other into has more her two like him see time could no make than first been
its who now people my made over did down only way find use may water long little very after words called
just where most know get through back much go good new write our me man too any day same right look
think also around another came come work three word must because does part even place well such here
take why things help put years different away again off went old number great tell men say small every
found still between name should mr home big give air line set own under read last never us left end
along while might next sound below saw something thought both few those always looked show large often
together asked house world going want school important until form food keep children feet land side
without boy once animals life enough took sometimes four head above kind began almost live page got earth
need far hand high year mother light parts country father let night picture being study second book carry
city river run stop quick fox jump lazy dog hello token model embed search query document test
""".split()


def sentence_piece():
    """Texts, scores and types: three specials, the 256 bytes, then letters and pieces."""
    texts = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    first_piece = len(texts)
    vowels, consonants = "aeiou", "tnsrdlcmpbfgvkhw"
    pieces = ["▁", *"etaoinshrdlucmfwygpbvkxqjz", *"0123456789.,!?", *"TAISWH"]
    pieces += [
        "▁" + piece
        for piece in "t a o s w h i c th the an and of to in is wa was he b be f fo for on wi wit with"
        " T Th The A I 1 2".split()
    ]
    pieces += "th he ing ion tio tion ed er es st nd ng ou ea ll ss".split()
    pieces += [a + b for a in consonants for b in vowels]
    pieces += [a + b for a in vowels for b in consonants]
    texts += list(dict.fromkeys(pieces))[: SIZE - first_piece]
    assert len(texts) == SIZE
    scores = [0.0] * first_piece + [-1.0 - i for i in range(SIZE - first_piece)]
    types = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * (SIZE - first_piece)
    return texts, scores, types


def word_piece(unused):
    """Texts, types and the ids of the special tokens by their names, as a GGUF holds them: what
    starts a word carries U+2581, what continues one is bare. With `unused`, the specials lie as in
    BERT's vocabulary: [PAD] is 0 and the others follow 99 unused ones."""
    if unused:
        special = ["[PAD]", *(f"[unused{i}]" for i in range(1, 100)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    else:
        special = ["[MASK]", "[SEP]", "[PAD]", "[CLS]", "[UNK]"]
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789")
    body = ["▁" + letter for letter in letters] + letters
    body += ["▁" + sign for sign in ".,!?-:;'\"()/&+=%$#@*<>[]{}|~`^_\\中é"]
    body += "ing ed er est ly s es tion al ness ment able ful less ion ity ize ist ism en".split()
    body += ["▁" + word for word in dict.fromkeys(WORDS) if len(word) > 1]
    body += [a + b for a in "tnrlsdcmpbfgvkhwjzqxy" for b in "aeiou"]
    body += [b + a for a in "tnrlsdcm" for b in "aeiou"]
    texts = (special + list(dict.fromkeys(body)))[:SIZE]
    assert len(texts) == SIZE
    types = [CONTROL if text[0] == "[" and text[-1] == "]" and len(text) > 3 else NORMAL for text in texts]
    ids = {name: texts.index(f"[{name}]") for name in ("PAD", "UNK", "CLS", "SEP", "MASK")}
    return texts, types, ids
