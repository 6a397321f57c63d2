"""The panels of the paper's figures: what each shows, the runs behind it, and its files."""
