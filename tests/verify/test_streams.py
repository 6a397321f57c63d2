"""What a stream cannot encode is escaped; ``test_exit_codes`` has streams that fail."""

import io
import json
import sys

import pytest

from theory.language import gallery
from verify import cli

TITLE = "F\u00fcr \u03b1"


@pytest.fixture
def design(tmp_path):
    """The path of a design whose title is no ASCII."""
    text = gallery.text("isotropic-noiseless").splitlines(keepends=True)
    titled = [f'title = "{TITLE}"\n' if s.startswith("title") else s for s in text]
    path = tmp_path / "umlaut.toml"
    path.write_text("".join(titled), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_a_stream_cannot_encode_is_escaped(design, monkeypatch, encoding):
    def told(*options):
        stream = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stream, encoding=encoding))
        with pytest.raises(SystemExit) as stop:
            cli.run(["claim", design, "--risk", "d", *options])
        assert stop.value.code == cli.Exit.REFUTED
        return stream.getvalue()

    assert rb"\u03b1" in told()
    report = json.loads(told("--json", "-").decode(encoding))
    assert report["results"][0]["title"] == TITLE
