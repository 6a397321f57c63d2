"""Numbers and rational functions: exact arithmetic, normal forms, signs over ranges."""
