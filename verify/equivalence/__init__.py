"""What the witnesses make of models compared with the gradient steps they contain."""
