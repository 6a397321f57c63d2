"""Calling the checker as a stranger would, and in this process where many files are checked."""

import hashlib
import json
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

from theory.language import gallery
from verify.certificates import checker, writing
from verify.certificates.challenge import canonical
from verify.certificates.subjects import shipped
from verify.judge.from_text import claim_of
from verify.judge.judge import judge
from verify.settings import Settings

ACCEPTED, REJECTED, UNREADABLE = range(3)
SUBJECTS = {
    one.name if one.claim or one.file is None else f"design {one.name}": one for one in shipped()
}


M = "(tr(Sigma_x*Sigma_beta) + sigma^2)"
WRONG = {
    "wrong weight": ("independent", {"weight": f"((n + 1)*Sigma_x + {M}*Sigma_beta)^-1"}),
    "wrong root": ("independent", {"weight": f"((n + 2)*Sigma_x^2 + {M}*I)^-1*Sigma_x^(1/2)"}),
    "wrong risk": ("rag", {"risk": "d + sigma^2 - n*d/(n + d + 1 + sigma^2)"}),
    "wrong excess": ("heteroscedastic", {"excess": "d - n*d/(n + d + 1 + sigma^2)"}),
    "wrong spike": ("spiked-tasks", {"weight": "I/(n + d + 1 + theta*dot(u, u) + sigma^2)"}),
    "wrong rank": ("tasks-in-a-subspace", {"risk": "r + sigma^2 - n*r/(n + r + 2 + sigma^2)"}),
    "wrong inverse": ("aligned-prior", {"weight": "Sigma_x^-1/(n + d + sigma^2)"}),
    "wrong in the limit": ("rag", {"risk": "d - n/2", "limit": "proportional"}),
}
"""Claims that are wrong, about designs that ship."""


@cache
def refuted(name, **formulas):
    """The certificate of what the judge says of a claim."""
    file = gallery.shipped(name)
    return writing.certified(judge(file, claim_of(file, **formulas), Settings()))


@cache
def certified(name):
    """The certificate of something that ships, or of a wrong claim."""
    if name in WRONG:
        design, formulas = WRONG[name]
        return refuted(design, **formulas)
    return SUBJECTS[name].certified(Settings())[1]


def written(folder, challenge, certificate):
    """The paths of two files with these texts."""
    paths = folder / "a.challenge.json", folder / "a.certificate.json"
    for path, text in zip(paths, (challenge, certificate), strict=True):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return paths


def apart(folder, challenge, certificate):
    """Exit code and output of the checker in a Python that knows nothing of us."""
    command = [sys.executable, "-I", checker.__file__, *written(folder, challenge, certificate)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


def here(folder, challenge, certificate):
    """The same in this process, which is quick."""
    checker.Sum.work, said = 0, StringIO()
    with redirect_stdout(said):
        code = checker.main(*written(Path(folder), challenge, certificate))
    return code, said.getvalue()


def of_challenge(challenge, certificate):
    """Texts of both, the certificate made one of this challenge, whatever it says."""
    text = canonical(challenge)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return text, canonical({**certificate, "challenge": digest})


def changed(design, **changes):
    """A design with other parts: of the query (``query_task``), of its examples, or its own.

    Its labels are scaled inner products of features and task.
    """
    query, ((count, law),) = dict(design["query"]), design["examples"]
    law, own = dict(law), dict(design)
    for key, value in changes.items():
        part = key.removeprefix("query_") if key != "query" else "features"
        if part in ("features", "noise", "label_scale", "task"):
            _change(query if key.startswith("query") else law, part, value)
        else:
            own[key] = value
    return {**own, "query": query, "examples": [[count, law]]}


def _change(law, part, value):
    ((scale, ((features, task),)),) = law["label"]
    if part in ("features", "noise"):
        law[part] = value
    found = {"label_scale": scale, "features": features, "task": task, part: value}
    law["label"] = [[found["label_scale"], [[found["features"], found["task"]]]]]


def data(name):
    """Challenge and certificate of something that ships, as data."""
    found = certified(name)
    return json.loads(found.challenge), json.loads(found.certificate)
