"""What a notebook is given to show, looked at."""

import re
from xml.etree import ElementTree

from math_core import LatexToMathML

from theory.text.sheets import Shown


def bundle(thing):
    """What a notebook is given, each kind looked at."""
    assert isinstance(thing, Shown)
    found = thing._repr_mimebundle_()
    assert set(found) <= {"text/plain", "text/html", "text/latex"}
    assert "\\" not in found["text/plain"] and "$" not in found["text/plain"]
    whole = ElementTree.fromstring(found["text/html"])
    assert {part.tag for part in whole.iter()} <= {
        *("div", "p", "strong", "span", "table", "tr", "th", "td")
    }
    sides = {"text-align: left", "text-align: right"}
    for part in whole.iter():
        assert not part.attrib or (part.tag in {"th", "td"} and {*part.attrib.values()} <= sides)
    for text in ("".join(whole.itertext()), found.get("text/latex", "")):
        for formula in re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL):
            made = LatexToMathML().convert_with_local_state(formula, displaystyle=True)
            assert made.startswith("<math")
    return found
