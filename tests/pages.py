"""Pages as a browser reads them, without one: text, formulas, headings, and what they load."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

AS_TYPED = {"pre", "code", "script", "style"}
"""Elements whose text is no prose."""
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "use": "href"}
"""What loads something, by which attribute."""
EMPTY = {"meta", "link", "br", "img", "input", "hr", "wbr", "source", "col"}


@dataclass
class Seen:
    """What a page holds."""

    text: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.open = Seen(), []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.seen.elements.append(tag)
        self.seen.ids += [given["id"]] if "id" in given else []
        if tag in LOADED and LOADED[tag] in given:
            self.seen.loads.append(given[LOADED[tag]])
        if tag == "a" and "href" in given:
            self.seen.links.append(given["href"])
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.seen.headings.append(int(tag[1]))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            self.seen.unclosed.append(tag)

    def handle_data(self, data):
        if not AS_TYPED & set(self.open):
            self.seen.text.append(data)


def read(page: str) -> Seen:
    """What a page holds; each of its formulas is well-formed XML."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    for piece in page.split("<math")[1:]:
        formula = "<math" + piece[: piece.index("</math>")] + "</math>"
        ElementTree.fromstring(formula)
        reader.seen.formulas.append(formula)
    return reader.seen


def in_order(levels: list[int]) -> bool:
    """Whether headings begin with the one of the page, and none skips a level."""
    steps = pairwise(levels)
    return levels[:1] == [1] and levels.count(1) == 1 and all(b <= a + 1 for a, b in steps)
