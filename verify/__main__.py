"""``python -m verify``."""

from verify.cli import run

if __name__ == "__main__":
    run()
