"""`chainrule list`: what there is to do."""

from __future__ import annotations

import json
from typing import Any

import click

from autograder.assessment.catalog import unit, units
from autograder.assessment.unitfile import CompiledUnit
from autograder.cli.options import units_option

__all__ = ["list_command"]


@click.command("list")
@click.argument("what", nargs=-1, metavar="[UNIT]...")
@units_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def list_command(what: tuple[str, ...], as_json: bool) -> None:
    """List units and exercises with their points and public cases.

    \b
      chainrule list               all units, with totals
      chainrule list activations   the exercises of one
    """
    chosen = [unit(name) for name in what] if what else units()
    described = [_describe(each) for each in chosen]
    if as_json:
        totals = {key: sum(each[key] for each in described) for key in ("points", "cases")}
        count = sum(len(each["exercises"]) for each in described)
        click.echo(json.dumps({"schema": 1, "units": described, "exercises": count, **totals}))
        return
    for each in described:
        click.secho(f"{each['unit']:<20} {len(each['exercises']):>3} exercises, {each['points']:g} points", bold=True)
        for exercise in each["exercises"] if what else ():
            click.echo(f"  {exercise['id']:<42} {exercise['points']:>4g} points  {exercise['cases']:>3} cases")
    total = sum(len(each["exercises"]) for each in described)
    cases, points = (sum(each[key] for each in described) for key in ("cases", "points"))
    click.echo(f"{total} exercises, {cases} public cases, {points:g} points")


def _describe(each: CompiledUnit) -> dict[str, Any]:
    exercises = [
        {
            "id": exercise.id,
            "points": exercise.points,
            "cases": exercise.cases,
            "misconceptions": exercise.misconceptions,
        }
        for exercise in each.exercises
    ]
    return {
        "unit": each.name,
        "exercises": exercises,
        "points": sum(exercise["points"] for exercise in exercises),
        "cases": sum(exercise["cases"] for exercise in exercises),
    }
