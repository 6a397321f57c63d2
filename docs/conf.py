"""Sphinx configuration. Before anything is read, ``generate`` writes the pages that are made."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from verify.figures.headless import headless  # noqa: E402

headless()
from docs import generate  # noqa: E402

with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as processes:
    generate.write(HERE / "statements", processes.map)

project = "icl-verify"
author = "The icl-verify contributors"
project_copyright = author
version = release = version_of("icl-verify")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "docs.mathml"]
html_math_renderer = "mathml"
exclude_patterns = ["_build"]
myst_enable_extensions = ["amsmath", "deflist", "dollarmath"]
myst_heading_anchors = 2

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_attr_annotations = False
python_maximum_signature_line_length = 88

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_title = f"icl-verify {release}"
html_show_copyright = False
