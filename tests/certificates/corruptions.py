"""Corruptions of a certificate, made systematically: every number, name and sign, every part.

``python -m tests.certificates.corruptions [--every K] [NAME ...]`` puts all of them, or every K-th,
before both checkers, and each certificate beside the challenges of the others. A table says how
many were accepted, and those that are not explained follow.
"""

import json
import re
from argparse import ArgumentParser
from collections import Counter
from tempfile import TemporaryDirectory

from tests.certificates.checking import (
    ACCEPTED,
    SUBJECTS,
    WRONG,
    certified,
    data,
    here,
    of_challenge,
)
from verify.certificates.challenge import canonical

TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z_#][\w#]*'?|[-+*/^()]")
EVERY = (*SUBJECTS, *WRONG)
KEYS = ("tried", "accepted", "another", "differs")
SIGNS = {"+": "-", "-": "+", "*": "+", "/": "*", "^": "*"}


def of_text(text, names):
    """A formula or a number, with one token changed or left out."""
    if re.fullmatch("[0-9a-f]{64}", text):
        yield text[:-1] + ("0" if text[-1] != "0" else "1")
        return
    for found in TOKEN.finditer(text):
        before, token, after = text[: found.start()], found[0], text[found.end() :]
        if token[0].isdigit():
            others = [str(int(float(token)) + 1), "0"]
        elif token in SIGNS:
            others = [SIGNS[token]]
        elif token in "()":
            others = [""]
        else:
            others = [name for name in names if name != token][:6]
        for other in others:
            if other != token:
                yield before + other + after


def of_data(found, names):
    """All corruptions of one place in plain data."""
    if isinstance(found, str):
        yield from of_text(found, names)
    elif found is None:
        yield "1"
    elif isinstance(found, dict):
        for key, value in found.items():
            yield from ({**found, key: other} for other in of_data(value, names))
            yield {k: v for k, v in found.items() if k != key}
            yield {**found, key: None}
            yield {**found, key + "s": value}
            for other in found:
                if other != key and found[other] != value:
                    yield {**found, key: found[other]}
    elif isinstance(found, list):
        for k, value in enumerate(found):
            yield from ([*found[:k], other, *found[k + 1 :]] for other in of_data(value, names))
            yield found[:k] + found[k + 1 :]
            yield [*found[: k + 1], *found[k:]]
            for other in range(k + 1, len(found)):
                if found[other] != value:
                    swapped = list(found)
                    swapped[k], swapped[other] = swapped[other], swapped[k]
                    yield swapped


def corruptions(name):
    """Texts of certificates that differ from that of something that ships, each once."""
    challenge, certificate = data(name)
    words = set(re.findall(r"[A-Za-z_]\w*|#\d+[LR]?", json.dumps(certificate)))
    letters = {"n", "d"}
    for part in (challenge.get("design", {}), *challenge.get("moments", ())):
        for key in ("parameters", "covariances", "fixed", "matrices", "numbers"):
            letters.update(part.get(key, ()))
    keys = {"format", "challenge", "roots", "inverses", "weight", "steps", "formula", "gradient"}
    names = sorted((words | letters) - keys - {"difference", "icl", "certificate"})
    seen = {canonical(certificate)}
    for other in of_data(certificate, names):
        text = canonical(other)
        if text not in seen:
            seen.add(text)
            yield text


def others(name, among=EVERY):
    """The certificate as one of each of these challenges that is another."""
    _, certificate = data(name)
    for other in among:
        if other != name and certified(other).challenge not in (None, certified(name).challenge):
            pair = of_challenge(data(other)[0], certificate)
            if pair[1] != certified(other).certificate:
                yield pair


def campaign(names=None, every=1, among=EVERY, tried=None):
    """How many corruptions there were, by exit code, and those that were accepted.

    ``among`` are the names of those whose challenges a certificate is put beside. Those that are
    ``tried`` are added to a list, if one is given.
    """
    codes, accepted = Counter(), []
    with TemporaryDirectory() as folder:
        for name in names or (n for n in EVERY if certified(n).challenge):
            challenge = certified(name).challenge
            pairs = [(challenge, text) for text in corruptions(name)] + list(others(name, among))
            for pair in pairs[::every]:
                if tried is not None:
                    tried.append(pair)
                code, _ = here(folder, *pair)
                codes[code] += 1
                if code == ACCEPTED:
                    accepted.append((name, *pair))
    return codes, accepted


def explained(name, text):
    """Whether a corruption that is accepted says nothing that is not so.

    It may be another place that refutes: a claim that is wrong at one place is wrong at others, and
    may have the same values there. Or factors of a product that stand in another order.
    """
    told = []
    for found in (data(name)[1], json.loads(text)):
        for step in found["steps"]:
            step["products"] = sorted(map(sorted, step.get("products", [])))
            for key in ("numbers", "vectors", "factors", "roots"):
                step.pop(key, None)
        told.append(found)
    return told[0] == told[1]


def main():
    from tests.certificates.test_second_checker import second

    parser = ArgumentParser(prog="python -m tests.certificates.corruptions", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="of what ships, or of wrong claims; by default all"
    )
    parser.add_argument("--every", type=int, default=1)
    chosen = parser.parse_args()
    total, left = Counter(), []
    print("| certificate | tried | accepted | of these other places | the second differs |")
    print("|---|---|---|---|---|")
    for each in chosen.names or [n for n in EVERY if certified(n).challenge]:
        pairs = []
        codes, slipped = campaign([each], chosen.every, chosen.names or EVERY, pairs)
        known = {(challenge, text) for _, challenge, text in slipped}
        differs = sum((second(*pair) == ACCEPTED) != (pair in known) for pair in pairs)
        another = sum(explained(name, text) for name, _, text in slipped)
        row = Counter(tried=codes.total(), accepted=len(slipped), another=another, differs=differs)
        total += row
        print(f"| `{each}` |", " | ".join(str(row[key]) for key in KEYS), "|", flush=True)
        left += [text for name, _, text in slipped if not explained(name, text)]
    print("| all |", " | ".join(str(total[key]) for key in KEYS), "|")
    print(*left, sep="\n")


if __name__ == "__main__":
    main()
