"""Design files: a user's own design, its limits, the scale of its predictions, and claims."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy

from theory.designs.design import Design, ranges_of
from theory.designs.domain import ABOVE, NOT_ZERO, Condition, conditions, unseen
from theory.designs.predictors import Predictor, pgd, polynomial
from theory.errors import InputError, UnknownName
from theory.language.files import bounds
from theory.language.files.claims import Claimed, claims_of
from theory.language.files.declarations import Declarations, declarations
from theory.language.files.document import (
    Document,
    Source,
    described,
    document,
    name_of,
    text_of,
)
from theory.language.files.examples import examples_of
from theory.language.files.limits import limits_of
from theory.language.files.prompts import prompt_of, scalar_scope
from theory.language.files.section import Section, checked_name, section
from theory.language.files.shift import SECTION, shifted
from theory.language.files.words import NO_WORDS, StatementWords, words_of
from theory.language.formulas.entries import check_steps
from theory.language.formulas.places import Unreadable
from theory.language.formulas.quantities import Quantity
from theory.language.formulas.scalars import scalar
from theory.limits.leading import Regime
from theory.scalars.symbols import n
from theory.text.drawing import drawing
from theory.text.formulas import Formula
from theory.text.sheets import Sheet, Shown

OF_STEPS = (Quantity.RISK, Quantity.EXCESS, Quantity.TEST_RISK, Quantity.COEFFICIENTS)
"""What may be claimed of several steps."""
SECTIONS = (
    *("design", "parameters", "scalars", "covariances", "means", "gaussians", "prompt"),
    *("examples", SECTION),
    *("limits", "predictor", "claims", "statement"),
)

EXAMPLE = """\
[design]
name = "retrieval"
[parameters]
alpha = [0, 1]
[gaussians.prompt]
q = "I"
b = "I"
[gaussians.example]
e = "I"
[prompt]
query = "q"
features = "alpha*q + e"
task = "b"
[limits.proportional]
n = "d/nu"
"""
"""A small design file."""


@dataclass(frozen=True, repr=False)
class DesignFile(Shown):
    """What a design file says.

    Parameters
    ----------
    design
        The design.
    limits
        The regimes it names, in the order of the file.
    scale
        The prediction is ``scale * x' W X' y``, so a claimed ``W`` is one for this convention.
    claims
        What it claims of the design.
    words
        What it says of these claims in words.
    steps
        How many steps the predictor makes: 1 is PGD with any d x d weight, and L the best
        polynomial of degree L - 1 in ``X'X``.
    tied
        Whether they are gradient steps of one size, the best one.

    Examples
    --------
    >>> print(parse_design(EXAMPLE).limit("proportional").substitution)
    ((n, d/nu),)
    """

    design: Design
    limits: tuple[Regime, ...] = ()
    scale: sympy.Expr = sympy.Integer(1)
    claims: tuple[Claimed, ...] = ()
    words: StatementWords = NO_WORDS
    steps: int = 1
    tied: bool = False

    @property
    def predictor(self) -> Predictor:
        """What predicts, without the scale."""
        return pgd if self.steps == 1 else polynomial(self.steps)

    def accepted(self, claim: Claimed) -> Claimed:
        """A claim about this design, if it is about something that its predictor has.

        Raises :class:`~theory.language.formulas.places.Unreadable`.
        """
        at_test = [f.tree.place for q, f in claim.formulas.items() if q is Quantity.TEST_RISK]
        if claim.holds is not None and Quantity.TEST_RISK in claim.holds.sides:
            at_test.append(claim.holds.place)
        if at_test and self.design.test is None:
            raise Unreadable(
                at_test[0],
                f"found {Quantity.TEST_RISK.words} claimed, and no other law at test; expected a "
                f"section [{SECTION}] in the file",
            )
        check_steps(claim.entries, self.steps)
        if self.steps == 1:
            return claim
        known = () if self.tied else OF_STEPS
        claimed = ((one.quantity, f) for one, f in claim.entries)
        found = [(q.words, f.tree.place) for q, f in claimed if q not in known]
        found += [] if claim.at is None else [("a given weight", claim.at.tree.place)]
        found += [] if claim.holds is None else [("a comparison", claim.holds.place)]
        for _, place in found if self.tied else ():
            raise Unreadable(
                place,
                "found a claim about equal steps, whose best size has no formula; expected none: "
                "derive certifies it at given numbers",
            )
        for words, place in found:
            raise Unreadable(
                place,
                f"found {words} of one step claimed, but the predictor makes {self.steps}; "
                "expected a risk, an excess or coefficients",
            )
        return claim

    def sheet(self) -> Sheet:
        limits = (
            (
                f"limit {regime.name}",
                (
                    *([Formula(n, r"\infty", r"\to")] if regime.grows == n else []),
                    *(Formula(*pair) for pair in regime.substitution),
                ),
            )
            for regime in self.limits
        )
        claims = (f"claims {one.name}" for one in self.claims)
        return Sheet(self.design.title, (("", drawing(self.design)), *limits), notes=tuple(claims))

    def __repr__(self) -> str:
        return f"<{self.design.name}: {self.design.title}>"

    def limit(self, name: str) -> Regime:
        """The regime of this name."""
        table = {regime.name: regime for regime in self.limits}
        if name not in table:
            raise UnknownName(f"limit of {self.design.name}", name, table)
        return table[name]


def read_design(source: Source) -> DesignFile:
    """The design in a file: at a path, or open for reading bytes.

    The file is untrusted: it is bounded in size, and its formulas in everything; nothing in it is
    ever run, and no other file is opened.

    Raises
    ------
    Unreadable
        An :class:`~theory.errors.InputError` whose message begins with file, line and column, and
        says what was found and what was expected.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "retrieval.toml")
    ...     with open(path, "w") as file:
    ...         _ = file.write(EXAMPLE)
    ...     read_design(path).design.features
    (alpha)*q + e
    """
    return parse_design(text_of(source), name_of(source))


def parse_design(text: str, name: str = "design.toml") -> DesignFile:
    """The design in the text of a file; ``name`` is what errors call that file.

    >>> parse_design(EXAMPLE.replace("alpha*q", "alhpa*q"))
    Traceback (most recent call last):
    ...
    theory.language.formulas.places.Unreadable: design.toml:12:13: unknown name in features \
'alhpa'; did you mean alpha?
    """
    found = document(text, name)
    Section(found, (), found.tables).only(SECTIONS)
    head = section(found, "design", required=True)
    head.only(("name", "title"))
    identifier = _name(head)
    title = head.line("title") if "title" in head.table else identifier
    declared = declarations(found)
    groups = examples_of(found, declared, {p.symbol: (p.low, p.high) for p in declared.parameters})
    try:
        design = Design(
            name=identifier,
            title=title,
            prompt=declared.prompt,
            example=declared.example,
            parameters=declared.parameters,
            covariances=declared.covariances.given,
            projections=declared.covariances.projections,
            defined=declared.covariances.defined,
            random=declared.random,
            means=declared.means,
            examples=groups,
            **prompt_of(found, declared, groups),
        )
    except Unreadable:
        raise
    except InputError as error:
        raise Unreadable(head.place, str(error)) from error
    scale, steps, tied = _predictor(found, declared)
    design = shifted(found, declared, _where_defined(design, scale))
    limits = limits_of(found, declared, design.domain, design.invariants)
    claims = claims_of(found, design, limits)
    if tied and design.test is not None:
        raise Unreadable(
            section(found, "predictor").key("tied"),
            f"found tied, and a section [{SECTION}]; expected steps that are not tied, since the "
            "best size of equal steps has no formula that could be taken to test",
        )
    file = DesignFile(design, limits, scale, claims, words_of(found), steps, tied)
    for claim in claims:
        file.accepted(claim)
    return file


def _name(head: Section) -> str:
    name = head.text("name", 'a name in quotes, such as "rag"')
    return checked_name(name, head.inside("name", name), "the design", hyphens=True)


def _predictor(found: Document, declared: Declarations) -> tuple[sympy.Expr, int, bool]:
    """Scale and steps, and whether these are equal."""
    predictor = section(found, "predictor")
    predictor.only(("scale", "steps", "tied"))
    steps = _steps(predictor, declared)
    return _scale(predictor, declared), steps, _tied(predictor, steps)


def _tied(predictor: Section, steps: int) -> bool:
    tied = predictor.table.get("tied", False)
    if not isinstance(tied, bool):
        raise Unreadable(
            predictor.value("tied"),
            f"found {described(tied)} for tied; expected true or false, without quotes",
        )
    if tied and steps == 1:
        raise Unreadable(
            predictor.key("tied"), "found tied, and one step; expected steps = 2 or more with it"
        )
    return tied


def _steps(predictor: Section, declared: Declarations) -> int:
    steps = predictor.table.get("steps", 1)
    whole = isinstance(steps, int) and not isinstance(steps, bool)
    if not whole or not 1 <= steps <= bounds.STEPS:
        raise Unreadable(
            predictor.value("steps"),
            f"found {described(steps)} for steps; expected a whole number from 1 to "
            f"{bounds.STEPS}, without quotes",
        )
    if steps > 1:
        for weight in polynomial(steps).weights:
            if weight.name in declared.kinds:
                raise Unreadable(
                    predictor.value("steps"),
                    f"found {steps} steps, whose coefficients are called c_0, c_1, ..., and "
                    f"{weight.name} names {declared.kinds[weight.name]}; expected another name "
                    "for that",
                )
    return int(steps)


def _scale(predictor: Section, declared: Declarations) -> sympy.Expr:
    if "scale" not in predictor.table:
        return sympy.Integer(1)
    value = scalar(predictor.formula("scale"), scalar_scope("scale", declared))
    if value == 0:
        raise Unreadable(predictor.value("scale"), "found the scale 0; expected another")
    return value


def _where_defined(design: Design, scale: sympy.Expr) -> Design:
    """The design at parameters at which the scale is a real number other than 0."""
    ranges = ranges_of(design)
    above, _ = sympy.fraction(sympy.together(scale))
    needed = (*conditions([scale], ranges), *unseen([Condition(above, NOT_ZERO)], ranges))
    parameters = list(design.parameters)
    promised = {one.expression for one in design.promised if one.relation != ABOVE}
    for one in needed:
        held = [p for p in parameters if p.symbol in one.expression.free_symbols]
        if held and one.expression not in promised:
            last = parameters.index(held[-1])
            parameters[last] = replace(held[-1], where=(*held[-1].where, one))
    return replace(design, parameters=tuple(parameters))
