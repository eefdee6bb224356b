"""How each unit is assessed: one module per unit, named after it."""
