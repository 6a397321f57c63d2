"""Judging a claim: exact, right in a limit, refuted, or undecided with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from theory.designs.counts import is_tied
from theory.designs.descriptions import describe
from theory.designs.instance import Instance
from theory.errors import TheoryError
from theory.expositions.assumptions import whole_numbers
from theory.language.files.claims import Claimed
from theory.language.files.reading import DesignFile
from theory.language.formulas.comparators import Comparator
from theory.language.formulas.quantities import Quantity
from theory.limits.leading import Regime
from theory.text.formulas import latex_line
from theory.text.latex import condition_latex, latex
from theory.text.sheets import Sheet, Shown
from verify.judge.bounds import NOT_SEEN, bound, bound_in, by_definition, excepted
from verify.judge.counterexample import (
    Counterexample,
    counterexample,
    holes,
    wrong_where_open,
)
from verify.judge.equality import Exactness, equality
from verify.judge.limits import Order, order
from verify.judge.nearby import Nearby, nearby
from verify.judge.predicting_zero import by_predicting_zero
from verify.judge.question import Question, questions
from verify.judge.regular import is_nowhere_unique, is_zero_at, must_not_vanish, poles, where_zero
from verify.judge.target import OfDescent
from verify.judge.target_weights import OfWeights
from verify.judge.traces import in_limit
from verify.settings import Settings

HOLDS_CONSTANTS = Exactness(False, "it holds constants of the limit", examined=0)
"""Of a claim that says nothing at sizes alone."""

OPEN = "more than one weight is optimal at the values that parameters have"
NOWHERE = (
    f"{OPEN}, so that formulas of the optimum say nothing there; put the values into the design"
)

MEANT = {"=": r"\sim"}
"""What is meant by a relation that is claimed in a limit."""


class Judgement(Enum):
    """The outcome of a claim; the worst first."""

    REFUTED = "refuted"
    UNDECIDED = "undecided"
    LIMIT = "right in the limit"
    PROVED = "proved"
    """A bound or a comparison that holds throughout."""
    EXACT = "exact"

    @staticmethod
    def worst(found: Iterable[Judgement]) -> Judgement:
        """Of several claims together; of none, undecided.

        >>> Judgement.worst([Judgement.EXACT, Judgement.LIMIT]).value
        'right in the limit'
        """
        seen = set(found)
        return next((j for j in Judgement if j in seen), Judgement.UNDECIDED)


@dataclass(frozen=True)
class Answer:
    """What came of one formula."""

    question: Question
    judgement: Judgement
    why: str
    equality: Exactness
    orders: tuple[Order, ...] = ()
    counterexample: Counterexample | None = None
    nearby: tuple[Nearby, ...] = ()

    @property
    def right_in(self) -> set[str]:
        """The regimes in which it is right to leading order."""
        return {one.regime.name for one in self.orders if one.right and one.seen is not False}

    @property
    def notes(self) -> Iterator[str]:
        """What was found, in a few lines."""
        yield f"{self.question.key}: {self.why}"
        if self.counterexample is not None:
            seen = self.counterexample
            place = ", ".join(f"{name} = {value}" for name, value in describe(seen.at).items())
            yield f"at {place}: claimed {seen.claimed}, exact {seen.exact}"
        for one in self.nearby:
            yield f"near by, and right: {one.text}   ({one.slip})"


@dataclass(frozen=True, repr=False)
class Judged(Shown):
    """What came of a claim.

    Examples
    --------
    >>> from theory.language.gallery import shipped
    >>> from verify.judge.from_text import claim_of
    >>> file = shipped("mahankali-2023")
    >>> judge(file, claim_of(file, weight="1/(n + d + sigma^2)"), Settings())
    refuted
               1
      W* = ──────────·I
           d + n + σ²
    weight: the difference of the two is not zero
    at n = 1, d = 1, sigma = 0: claimed 1/2, exact 1/3
    near by, and right: 1/(n + d + sigma^2 + 1)   (+ 1)
    """

    claim: Claimed
    answers: tuple[Answer, ...] = field(default=())

    @property
    def judgement(self) -> Judgement:
        return Judgement.worst(answer.judgement for answer in self.answers)

    def sheet(self) -> Sheet:
        asked = tuple(answer.question.shown for answer in self.answers)
        if self.claim.limit is not None:
            asked = tuple(replace(f, relation=MEANT.get(f.relation, f.relation)) for f in asked)
        notes = tuple(note for answer in self.answers for note in answer.notes)
        return Sheet(self.judgement.value, (("", (*asked, *self.claim.definitions)),), notes=notes)

    def __repr__(self) -> str:
        return self.sheet().plain

    @property
    def latex(self) -> str:
        """The claim as it was understood."""
        return written((answer.question for answer in self.answers), self.claim)


def written(asked: Iterable[Question], claim: Claimed) -> str:
    """A claim in LaTeX, with what its names stand for."""
    return latex_line([*(question.shown for question in asked), *claim.definitions])


def judge(file: DesignFile, claim: Claimed, settings: Settings) -> Judged:
    """Judge a claim about a design.

    With a limit in it the claim is about leading order there; without, it is about equality, and
    the limits of the file are looked at where it is not exact.

    Raises :class:`~theory.errors.Underivable` where nothing can be derived for the design.

    Examples
    --------
    >>> from theory.language.gallery.designs import isotropic_noiseless as design
    >>> from verify.judge.from_text import claim_of
    >>> file = DesignFile(design)
    >>> judge(file, claim_of(file, weight="1/(n + d + 1)"), Settings()).judgement.value
    'exact'
    """
    answers: list[Answer] = []
    asked = questions(file, claim)
    for question in asked:
        settings.progress(f"judging {question.quantity.words}", len(answers), len(asked))
        known = next((a.question for a in answers if _is_exact_weight(a)), None)
        answers.append(_answer(question, claim.limit, known, settings))
    return Judged(claim, _in_one_limit(answers))


def _in_one_limit(answers: list[Answer]) -> tuple[Answer, ...]:
    """The answers; what is right in a limit in which another formula is wrong is refuted."""
    loose = [a for a in answers if a.judgement is Judgement.LIMIT and a.orders]
    shared = set.intersection(*(a.right_in for a in loose)) if loose else set()
    if not loose or shared:
        return tuple(answers)
    return tuple(
        replace(a, judgement=Judgement.REFUTED, why=f"{a.why}, where another formula is wrong")
        if a in loose
        else a
        for a in answers
    )


def _is_exact_weight(answer: Answer) -> bool:
    exact = answer.judgement is Judgement.EXACT
    return exact and answer.question.quantity is Quantity.WEIGHT


def _answer(
    question: Question, limit: Regime | None, weight: Question | None, settings: Settings
) -> Answer:
    if question.underivable:
        found = Exactness(None, question.underivable)
        return Answer(question, Judgement.UNDECIDED, found.how, found)
    if is_nowhere_unique(question):
        looked = question.of_least_risks and limit is None
        seen = counterexample(question, settings) if looked else None
        if seen is not None:
            return _but_wrong(question, OPEN, seen)
        found = Exactness(None, NOWHERE)
        return Answer(question, Judgement.UNDECIDED, found.how, found)
    if question.relation is not Comparator.EQUAL:
        return _ordered(question, limit, settings)
    found = HOLDS_CONSTANTS if question.held else equality(question, settings.seed, weight)
    if found.equal:
        seen = None if limit is not None else wrong_where_open(question, settings)
        if seen is None:
            return _where_defined(question, found)
        return _but_wrong(question, f"{found.how}, {_only_where(question)}", seen)
    if limit is not None:
        return _in_limit(question, limit, found, settings)
    seen = counterexample(question, settings, found.at)
    if found.equal is None and seen is None:
        return Answer(question, Judgement.UNDECIDED, found.how, found)
    if seen is None:
        why = f"{found.how}, but no simple place was found where it shows"
        return Answer(question, Judgement.UNDECIDED, why, found)
    if found.equal is None:  # what was undecided for all sizes is decided at one place
        found = replace(found, equal=False, how=f"claimed and exact value differ at {seen.at}")
    limits = () if settings.brief else question.file.limits  # refuted as it stands in any case
    orders = tuple(_orders(question, limits))
    close: tuple[Nearby, ...] = ()
    if settings.shrink:
        settings.progress("looking for a formula near by", 1, 2)
        close = nearby(question, seed=settings.seed)
    answer = Answer(question, Judgement.REFUTED, found.how, found, orders, seen, close)
    if answer.right_in:
        names = "; and ".join(one.name for one in orders if one.regime.name in answer.right_in)
        why = f"not exact, but right to leading order in the limit {names}"
        return replace(answer, judgement=Judgement.LIMIT, why=why)
    return answer


def _ordered(question: Question, limit: Regime | None, settings: Settings) -> Answer:
    """Judge a bound or a comparison."""
    if limit is not None:
        found = bound_in(question, limit)
        judged = {True: Judgement.LIMIT, False: Judgement.REFUTED, None: Judgement.UNDECIDED}
        return Answer(question, judged[found.equal], found.how, found)
    anywhere = by_definition(question) is not None or _is_from_below(question)
    found, unique = bound(question), "" if anywhere else _unique(question)
    if (not found.equal or unique) and (why := by_predicting_zero(question)):
        found, unique = replace(found, equal=True, how=why), ""
    if found.equal:
        defined, hole = holes(question)
        if not defined:
            why = f"{found.how}, but no simple place was found where both sides are real numbers"
            return Answer(question, Judgement.UNDECIDED, why, replace(found, equal=None))
        found = replace(found, how=found.how + _no_value(question, hole))
    if found.equal and unique:
        found = replace(found, equal=None, how=f"{found.how}, {_only_where(question)}")
    if found.equal:
        seen = None if anywhere else wrong_where_open(question, settings)
        if seen is not None:
            return _but_wrong(question, f"{found.how}, {_only_where(question)}", seen)
        return Answer(question, Judgement.PROVED, found.how, found)
    seen = counterexample(question, settings)
    if seen is None:
        return Answer(question, Judgement.UNDECIDED, found.how, found)
    why = f"it does not hold at {seen.at}"
    if seen.claimed == seen.exact:
        why = f"the two are equal at {seen.at}"
        other = question.relation.loosely
        loosely = bound(replace(question, formula=replace(question.formula, relation=other)))
        proved = loosely.equal and not unique
        why += f"; with {other.value} it is proved" if proved else ""
        known = question.beside is not None and proved and found.how != NOT_SEEN
        why += f", and {found.how}" if known else ""
    return Answer(question, Judgement.REFUTED, why, replace(found, equal=False), (), seen)


def _where_defined(question: Question, found: Exactness) -> Answer:
    """An equal formula is exact where it is defined, which has to be somewhere."""
    seen, hole = holes(question)
    if not seen:
        why = f"{found.how}, but no simple place was found where the claim is a real number"
        return Answer(question, Judgement.UNDECIDED, why, replace(found, equal=None))
    how = found.how + _no_value(question, hole)
    said = {c for p in question.design.parameters for c in p.conditions}
    unsaid = [one for one in question.design.domain if one not in said]
    conditions = [f"${condition_latex(one)}$" for one in unsaid]
    needed = ", ".join((*conditions, *whole_numbers(question.design)))
    how += f"; there are such prompts only where {needed}" if needed else ""
    unique = _unique(question)
    how += f"; it is about places where the optimum is unique: {unique}" if unique else ""
    if question.quantity is Quantity.WEIGHT and question.derivation.plain.leaves_open:
        how += "; other weights have the least risk as well, whatever the covariances"
    return Answer(question, Judgement.EXACT, how, found)


def _but_wrong(question: Question, known: str, seen: Counterexample) -> Answer:
    """A claim about a least risk that is wrong where several weights have it."""
    found = Exactness(False, f"{known}; it is wrong at {seen.at}")
    return Answer(question, Judgement.REFUTED, found.how, found, (), seen)


def _no_value(question: Question, hole: Instance | None) -> str:
    """Where a claim has no value, in words: where it divides by zero, or at least one place."""
    known = must_not_vanish(question)
    zeros = [one for one in poles(question) if one not in known]
    places = [f"where {where_zero(one)}" for one in zeros]
    if hole is not None and not any(is_zero_at(one, hole) for one in (*zeros, *known)):
        places.append(f"at {hole}")
    return f"; the claim has no value {' or '.join(places)}" if places else ""


def _unique(question: Question) -> str:
    """Where the optimum is unique, in words; empty where that is so of all that is claimed."""
    said = excepted(question)
    factors = (one for one in must_not_vanish(question) if not {one, -one} & said)
    return ", ".join(rf"${latex(one)} \ne 0$" for one in factors)


def _only_where(question: Question) -> str:
    """What a formula of the optimum leaves open, in words."""
    where = _unique(question)
    if not where:
        return "but not where a covariance is singular, or fixed vectors are zero or dependent"
    return f"but that is seen only where the optimum is unique: {where}"


def _is_from_below(question: Question) -> bool:
    """Whether it bounds a least risk from below, where it need not be seen that it is unique.

    A least value of continuous functions does not jump down, so that where several weights are
    optimal it is no less than the formula, which is its limit.
    """
    least = isinstance(question.target, OfDescent | OfWeights)
    return least and question.other is None and question.relation.value[0] == ">"


def _in_limit(question: Question, limit: Regime, found: Exactness, settings: Settings) -> Answer:
    try:
        one = order(question, limit)
    except TheoryError as error:
        why = f"the limit {limit.name} cannot be taken: {error}"
        return Answer(question, Judgement.UNDECIDED, why, found)
    if one.seen is False:
        why = f"the errors far out in the limit {limit.name} are not what was derived"
        return Answer(question, Judgement.UNDECIDED, why, found, (one,))
    if one.right:
        why = f"not exact, but right to leading order in the limit {one.name}"
        return Answer(question, Judgement.LIMIT, why, found, (one,))
    if one.seen is None and is_tied(question.design):
        why = f"its leading term in the limit {limit.name} differs, but at no place that was "
        why += "looked at, where all is as it has to be"
        return Answer(question, Judgement.UNDECIDED, why, found, (one,))
    why = f"its leading term in the limit {limit.name} is wrong"
    if one.wrong is not None:
        why = f"right to leading order in the limit {one.name}, but wrong in {one.wrong.text}"
    close = nearby(in_limit(question, limit)[0], limit) if settings.shrink else ()
    return Answer(question, Judgement.REFUTED, why, found, (one,), None, close)


def _orders(question: Question, limits: Iterable[Regime]) -> Iterable[Order]:
    for regime in limits:
        try:
            yield order(question, regime)
        except TheoryError:
            continue
