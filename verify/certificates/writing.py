"""From what the judge says of a claim to a challenge and a certificate."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from sympy import factor_list

from theory.algebra.spectral import EIGENVALUE
from theory.designs.design import Design
from theory.designs.domain import ABOVE
from theory.errors import TheoryError, Underivable
from theory.language.files.reading import DesignFile
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.printing import printed
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.tree import Tree
from theory.language.formulas.writing import written
from verify.certificates import checker
from verify.certificates.challenge import (
    Assertion,
    challenge,
    challenge_and_certificate,
    unsaid,
)
from verify.certificates.checker import Rejected, Unreadable
from verify.certificates.derived import derived_assertions
from verify.certificates.notation import by_matrix
from verify.certificates.points import point
from verify.certificates.proving import Proof, inverted, rooted
from verify.files import put
from verify.judge.judge import Answer, Judged, Judgement
from verify.judge.limits import Order
from verify.judge.question import Question
from verify.judge.target_weights import OfWeights


@dataclass(frozen=True)
class Certified:
    """What was written for a claim.

    Parameters
    ----------
    challenge, certificate
        Their texts; None where nothing of the claim has a certificate.
    assertions
        What the challenge asserts.
    missing
        What has none, with the reason.
    """

    challenge: str | None
    certificate: str | None
    assertions: tuple[Assertion, ...]
    missing: tuple[str, ...]

    @property
    def where(self) -> tuple[str, ...]:
        """What has to have an inverse for what is asserted."""
        return () if self.challenge is None else tuple(json.loads(self.challenge).get("where", ()))


@dataclass(frozen=True)
class _Part:
    """An assertion, the matrices that it takes inverses of, and its step where that is known.

    What is derived beside a claim is asserted with something that is claimed, never alone.
    """

    assertion: Assertion
    inverses: tuple[str, ...] = ()
    step: dict[str, Any] | None = None
    beside: bool = False


@dataclass
class _Draft:
    """What is to be asserted, of one weight or of one for each group, where, and what cannot be."""

    parts: list[_Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    weighted: bool = False
    where: list[str] = field(default_factory=list)

    def add(self, *parts: _Part) -> None:
        """With one exact weight at most: there is one to be shown optimal."""
        for part in parts:
            exact = [one for one in self.parts if _is_exact_weight(one.assertion)]
            if part not in self.parts and not (exact and _is_exact_weight(part.assertion)):
                self.parts.append(part)


def _is_exact_weight(one: Assertion) -> bool:
    return (one.quantity, one.verdict) == ("weight", Judgement.EXACT.value)


def put_in(folder: Path, name: str, found: Certified) -> bool:
    """Write the files of a claim into a folder, or take them away; whether there are any."""
    kinds = (("challenge", found.challenge), ("certificate", found.certificate))
    for kind, text in kinds:
        path = folder / f"{name}.{kind}.json"
        if text is not None:
            put(path, partial(Path.write_text, data=text))
        else:
            path.unlink(missing_ok=True)
    return found.challenge is not None


def checked(folder: Path, name: str) -> str:
    """What the checker says, in a Python that knows nothing of us; nothing where it accepts."""
    files = (str(folder / f"{name}.{kind}.json") for kind in ("challenge", "certificate"))
    command = [sys.executable, "-I", checker.__file__, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{done.stdout.strip()} {done.stderr.strip()}"


CERTIFIED = (Quantity.WEIGHT, *(quantity for quantity in Quantity if quantity.has_order))
WORDS = tuple(quantity.value for quantity in CERTIFIED)
"""The quantities that the format has."""
WEIGHTED = {Quantity.WPGD_RISK, Quantity.GROUP_WEIGHTS}
"""Those that are of a weight for each group of examples."""
LEAST = {Quantity.RISK, Quantity.ATT_RISK, Quantity.SSM_RISK}
"""Those that may stand beside them."""
MODELS = (Quantity.WPGD_RISK, Quantity.ATT_RISK, Quantity.SSM_RISK)
"""The least risks that may be that of PGD."""
AMONG_WEIGHTED = {Quantity.RISK: "pgd_risk", Quantity.WPGD_RISK: "risk"}
"""What they are called beside such weights, whose risk the format calls `risk`."""


def certified(judged: Judged) -> Certified:
    """A certificate of all that was judged and can be certified.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> from verify.judge.judge import judge
    >>> from verify.settings import Settings
    >>> file = shipped("mahankali-2023")
    >>> found = certified(judge(file, file.claims[0], Settings()))
    >>> [(one.quantity, one.formula, one.verdict) for one in found.assertions]
    [('weight', '1/(n + d + 1 + sigma^2)', 'exact')]
    """
    file = judged.answers[0].question.file
    draft = _Draft(weighted=_is_weighted(judged, file.design))
    if missing := unsaid(file):
        return Certified(None, None, (), (missing,))
    for answer in judged.answers:
        if answer.question.quantity is Quantity.GROUP_WEIGHTS and draft.weighted:
            _add_weights(draft, judged)
        else:
            _add(draft, answer, judged.claim.limit is not None)
    formulas = [one for a in judged.answers for one in (a.question.formula, a.question.weight)]
    trees = [formula.tree for formula in formulas if formula is not None]
    return _proved(draft, file, trees)


def _is_weighted(judged: Judged, design: Design) -> bool:
    """Whether all that is claimed is told by the best weight of each group of examples."""
    asked = {answer.question.quantity for answer in judged.answers}
    asked |= {one for answer in judged.answers if (one := answer.question.beside) is not None}
    needs = WEIGHTED | ({Quantity.SSM_RISK} if design.examples else set())
    alike = not (design.matrices or design.means or design.test)
    return alike and bool(asked & needs) and asked <= WEIGHTED | LEAST


def certified_optimum(file: DesignFile, alike: tuple[Quantity, ...] = ()) -> Certified:
    """A certificate of what is derived for a design, and that other quantities are its risk.

    >>> from theory.language.gallery import shipped
    >>> [one.formula for one in certified_optimum(shipped("isotropic-noiseless")).assertions]
    ['1/(d + n + 1)', 'd*(d + 1)/(d + n + 1)']
    """
    draft = _Draft()
    if missing := unsaid(file):
        return Certified(None, None, (), (missing,))
    try:
        weight, (risk, inverses) = derived_assertions(file)
        others = ((replace(risk, quantity=one.value), inverses) for one in alike)
        draft.add(*(_Part(*one) for one in (weight, (risk, inverses), *others)))
    except Underivable as error:
        draft.missing.append(str(error))
    return _proved(draft, file, [])


def _add(draft: _Draft, answer: Answer, in_limit: bool) -> None:
    """What an answer asserts."""
    question, name = answer.question, answer.question.quantity.value
    if question.held and not in_limit:
        draft.missing.append(f"{name}: it holds constants of a limit")
    elif question.quantity not in CERTIFIED and not draft.weighted:
        draft.missing.append(f"{name}: the format has words for {', '.join(WORDS)} only")
    elif answer.judgement is Judgement.UNDECIDED:
        draft.missing.append(f"{name}: the judge is undecided")
    elif answer.judgement is Judgement.EXACT and answer.equality.error is not None:
        draft.missing.append(f"{name}: established at random matrices, not proved")
    elif answer.judgement in (Judgement.EXACT, Judgement.PROVED):
        trees = [question.formula.tree, *([question.weight.tree] if question.weight else [])]
        inverses = tuple(printed(one) for tree in trees for one in inverted(tree))
        if question.unless is not None:
            draft.where += (written(p) for p, _ in factor_list(question.unless.expression)[1])
        draft.add(_Part(_assertion(draft, question, answer.judgement), inverses))
    elif (draft.weighted or isinstance(question.target, OfWeights)) and not in_limit:
        draft.missing.append(f"{name}: the format has no refutations of what weights reach")
    elif question.relation is not Comparator.EQUAL and in_limit:
        draft.missing.append(f"{name}: the format has no bounds in a limit")
    else:
        for order in answer.orders:
            if in_limit or order.right:
                _add_limit(draft, question, order)
        if not in_limit:
            _add_point(draft, answer)


def _add_weights(draft: _Draft, judged: Judged) -> None:
    """The weights of all groups, which are claimed up to a common factor."""
    claimed = {entry.name: printed(f.tree) for entry, f in judged.claim.entries}
    groups = [group.name for group in judged.answers[0].question.design.groups]
    exact = (a.judgement is Judgement.EXACT and a.equality.error is None for a in judged.answers)
    if all(exact) and claimed.keys() == {*groups}:
        formulas = tuple(claimed[name] for name in groups)
        draft.add(_Part(Assertion("weight", formulas, Judgement.EXACT.value)))
    else:
        draft.missing.append("omega: the format has optimal weights of all groups, and no others")


def _assertion(draft: _Draft, question: Question, judgement: Judgement, **others: Any) -> Assertion:
    """What is asserted of a question, in the words of the format."""
    called = AMONG_WEIGHTED if draft.weighted else {}
    beside = question.beside
    return Assertion(
        called.get(question.quantity, question.quantity.value),
        printed(question.formula.tree) if beside is None else called.get(beside, beside.value),
        judgement.value,
        relation=question.relation.value,
        at=None if question.weight is None else printed(question.weight.tree),
        **others,
    )


def _add_point(draft: _Draft, answer: Answer) -> None:
    question, seen = answer.question, answer.counterexample
    try:
        step = point(question, None if seen is None else seen.at)
    except (TheoryError, ZeroDivisionError) as error:
        draft.missing.append(f"{question.quantity.value}: {error}")
        return
    draft.add(_Part(_assertion(draft, question, Judgement.REFUTED), step=step))


def _add_limit(draft: _Draft, question: Question, order: Order) -> None:
    found, name = order.comparison, question.quantity.value
    if found.right and order.wrong is not None:
        draft.missing.append(
            f"{name}: {order.wrong.text} is wrong, though the leading order is right, and only the "
            "leading order is certified"
        )
        return
    if question.weight is None:
        derived = derived_assertions(question.file, draft.weighted)
        draft.add(*(_Part(*one, beside=True) for one in derived))
    verdict = Judgement.LIMIT if found.right else Judgement.REFUTED
    apart = [one.expression for one in order.where if one.relation != ABOVE]
    design = question.file.design
    free = tuple({*design.covariances} - {one.name for one in design.defined})
    inverses = free if EIGENVALUE in apart else ()  # no eigenvalue is zero
    apart = [one for one in apart if one != EIGENVALUE]
    error = None
    try:
        where = tuple(by_matrix(one, *free) for one in apart)
        if found.error is not None:
            error = by_matrix(found.error.coefficient, *free), str(found.error.power)
    except Underivable:
        draft.missing.append(f"{name}: the error is told by eigenvalues, which no words do")
        return
    put = {str(s): written(v) for s, v in order.regime.substitution}
    limit = str(order.regime.grows), put, where
    asserted = _assertion(draft, question, verdict, limit=limit, error=error)
    draft.add(_Part(asserted, inverses))


def _proved(draft: _Draft, file: DesignFile, trees: list[Tree]) -> Certified:
    """The texts; what cannot be proved is left out, and told."""
    covariances = file.design.covariances
    roots = set(file.design.rooted).union(*(rooted(tree, covariances) for tree in trees))
    while not all(part.beside for part in draft.parts):
        asserted = [part.assertion for part in draft.parts]
        try:
            asked = challenge(file, [*draft.where], asserted, draft.weighted)
            proof = Proof(asked, roots, file.design.inverted)
        except (Rejected, Unreadable) as error:
            draft.missing.append(f"the design has no certificate: {error}")
            break
        try:
            weight, steps = _steps(proof, draft, file)
        except _Unproved as unproved:
            draft.parts = [part for part in draft.parts if part not in unproved.parts]
            draft.missing.append(unproved.why)
            continue
        everywhere = any(part.step is None for part in draft.parts)
        letters = (proof.roots, proof.inverses) if everywhere else ([], [])
        texts = challenge_and_certificate(proof.challenge, steps, weight, *letters)
        return Certified(*texts, tuple(asserted), tuple(draft.missing))
    return Certified(None, None, (), tuple(draft.missing))


class _Unproved(Exception):
    """Parts that cannot be proved, and why."""

    def __init__(self, parts: list[_Part], why: str):
        super().__init__(why)
        self.parts, self.why = parts, why


def _steps(proof: Proof, draft: _Draft, file: DesignFile) -> tuple[Any, list[Any]]:
    """The weight that is shown to be optimal, if one is needed, and a step for each part."""
    weight, parts = None, draft.parts
    pending = [part for part in parts if part.step is None and part.assertion.at is None]
    if pending:
        try:
            for part in parts:  # what goes to them as n grows is told by their inverses
                for text in part.inverses if part.assertion.limit is not None else ():
                    proof.inverse(text)
            weight = _weight(proof, draft, file)
        except (TheoryError, Rejected, Unreadable) as error:
            raise _Unproved(pending, f"the optimal weight: {error}") from error
    proof.see(weight)
    steps = []
    for k, part in enumerate(parts):
        try:
            steps.append(_step(proof, part, k))
        except (TheoryError, Rejected, Unreadable) as error:
            raise _Unproved([part], f"{part.assertion.quantity}: {error}") from error
    proof.divisors()
    return weight, steps


def _weight(proof: Proof, draft: _Draft, file: DesignFile) -> dict[str, Any]:
    claimed = [part for part in draft.parts if _is_exact_weight(part.assertion)]
    if not claimed or draft.weighted:  # sample weights are claimed up to a factor
        claimed = [_Part(*one) for one in derived_assertions(file, draft.weighted)]
    for text in claimed[0].inverses:
        proof.inverse(text)
    return proof.weight(claimed[0].assertion.formula)


def _step(proof: Proof, part: _Part, k: int) -> dict[str, Any]:
    one = part.assertion
    if one.limit is not None:
        proof.in_limit(k)
    if part.step is not None or one.limit is not None or one.quantity == "weight":
        return part.step or {}
    for text in part.inverses:
        proof.inverse(text)
    if one.relation != Comparator.EQUAL.value:
        return {"products": proof.products(one)}
    return {"difference": proof.difference(one)}
