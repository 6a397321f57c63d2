"""An optimal weight and risk, claimed or derived, on trial."""
