"""Results as static pages: MathML, no script, nothing loaded from anywhere."""
