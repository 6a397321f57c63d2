"""The documentation reads the same without a network: formulas are MathML, nothing is loaded."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes

from docs import mathml
from tests.browser import CHROMIUM, DARK, look_at
from tests.pages import in_order, read

ROOT = Path(__file__).parents[2]
CONF = """
extensions = ["myst_parser", "docs.mathml"]
html_math_renderer = "mathml"
myst_enable_extensions = ["amsmath", "dollarmath"]
html_theme = "furo"
html_static_path = [{static!r}]
html_css_files = ["wide.css"]
"""
PAGE = r"""# Formulas

In a line: $\alpha^2 < 1$ & so on.

$$
\frac{1}{d}
$$

\begin{align*}
  x &= \operatorname{tr}(\Sigma) \\
  y &< 2
\end{align*}
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of our documentation's kind, built as ours is."""
    folder = tmp_path_factory.mktemp("docs")
    source, out = folder / "source", folder / "out"
    source.mkdir()
    (source / "conf.py").write_text(CONF.format(static=str(ROOT / "docs" / "static")))
    (source / "index.md").write_text(PAGE)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out / "index.html"


def test_formulas_are_mathml_and_nothing_comes_from_elsewhere(page: Path) -> None:
    seen = read(page.read_text(encoding="utf-8"))
    assert len(seen.formulas) == 3 and "\\" not in "".join(seen.text)
    assert seen.loads and not [one for one in seen.loads if "//" in one]
    assert sum('display="block"' in one for one in seen.formulas) == 2


def test_what_is_no_formula_is_a_warning_which_ends_our_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(mathml.LOG, "warning", lambda *told, location: warned.append(str(told)))
    writer = SimpleNamespace(body=[])
    with pytest.raises(nodes.SkipNode):
        mathml.inline(writer, nodes.math("", r"\nosuchcommand <"))
    assert len(warned) == 1 and "nosuchcommand" in warned[0]
    assert "&lt;" in writer.body[0] and "<math" not in writer.body[0]
    assert " -W " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_documentation_is_built_that_way() -> None:
    text = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    assert '"docs.mathml"' in text and 'html_math_renderer = "mathml"' in text
    assert "mathjax" not in text


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
@pytest.mark.parametrize("options", [[], DARK], ids=["light", "dark"])
def test_a_browser_asks_for_nothing_from_elsewhere(
    page: Path, tmp_path: Path, options: list[str]
) -> None:
    seen = look_at(page, tmp_path, *options)
    assert seen["math"] == 3 and not seen["flat"] and not seen["backslash"]
    assert all(one.startswith(page.parent.as_uri()) for one in seen["requests"])
    assert in_order(seen["headings"])
