"""A plain pipeline of answering from documents, as many write it first: pypdf, rank_bm25 and
sentence-transformers. `pipeline.rs` measures Satchel beside it.

    python pipeline.py PDFS TEXTS MODEL < questions.json

PDFS and TEXTS are folders, MODEL is that of all-MiniLM-L6-v2. Prints one object of JSON: seconds for each
step, and the names of the files that were found for each question, the best first.
"""

import json
import logging
import pathlib
import sys
import time

import numpy
import pypdf
import rank_bm25
import sentence_transformers

CHUNK = 1000
OVERLAP = 200
BEST = 10
# Of each list, so many are fused, by their ranks.
LISTED = 100
RANK_CONSTANT = 60


def timed(work):
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def text_of_pdfs(folder):
    pages = 0
    for path in sorted(folder.glob("*.pdf")):
        try:
            for page in pypdf.PdfReader(path).pages:
                page.extract_text()
                pages += 1
        except Exception:  # What pypdf raises for damaged files is of many kinds.
            continue
    return pages


def chunks_of(folder):
    chunks = []
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="utf-8")
        for start in range(0, max(len(text), 1), CHUNK - OVERLAP):
            chunks.append((path.name, text[start : start + CHUNK]))
    return chunks


def words(text):
    return text.lower().split()


def best(scores):
    return numpy.argsort(-scores, kind="stable")[:LISTED]


def fused(lists):
    scores = {}
    for ranked in lists:
        for rank, chunk in enumerate(ranked):
            scores[chunk] = scores.get(chunk, 0) + 1 / (RANK_CONSTANT + rank + 1)
    return sorted(scores, key=scores.get, reverse=True)


def files(ranked, chunks):
    return list(dict.fromkeys(chunks[chunk][0] for chunk in ranked))[:BEST]


def main():
    # It tells much about each damaged file.
    logging.disable(logging.CRITICAL)
    pdfs, texts, folder = map(pathlib.Path, sys.argv[1:4])
    questions = json.load(sys.stdin)
    pages, pdf_seconds = timed(lambda: text_of_pdfs(pdfs))
    model = sentence_transformers.SentenceTransformer(str(folder), device="cpu")

    def index():
        chunks = chunks_of(texts)
        return chunks, rank_bm25.BM25Okapi([words(text) for _, text in chunks])

    (chunks, bm25), index_seconds = timed(index)
    encode = lambda many: model.encode(many, normalize_embeddings=True)
    vectors, vector_seconds = timed(lambda: encode([text for _, text in chunks]))

    found = []

    def search():
        for question in questions:
            by_words = best(bm25.get_scores(words(question)))
            by_meaning = best(vectors @ encode([question])[0])
            found.append(files(fused([by_words, by_meaning]), chunks))

    _, search_seconds = timed(search)
    json.dump({
        "pages": pages,
        "pdf_seconds": pdf_seconds,
        "index_seconds": index_seconds,
        "vector_seconds": vector_seconds,
        "search_seconds": search_seconds / len(questions),
        "found": found,
    }, sys.stdout)


main()
