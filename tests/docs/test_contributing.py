"""CONTRIBUTING.md is followed to the letter."""

from tests.docs.test_docs import ROOT, run_commands, run_examples

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_its_theorem_is_tried(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_commands(TEXT, tmp_path)


def test_its_quantity_predictor_and_check_work():
    results = run_examples("CONTRIBUTING.md", TEXT)
    assert results.failed == 0 < results.attempted
