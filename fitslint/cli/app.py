"""The table of all commands, for the option parser; each is in a module of its own."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from fitslint.cli import abbrev, check, conform, demo, edit, rules, settings, wcs
from fitslint.cli import show as headers
from fitslint.cli.audit import ask, look
from fitslint.cli.audit import fix as audit_fix
from fitslint.cli.audit import run as audit
from fitslint.cli.audit import watch as audit_watch
from fitslint.cli.command import add_command, tidy_help
from fitslint.cli.dictionary import create, lint, show
from fitslint.cli.errors import (
    AUDIT_PACKAGES,
    PIPELINE_PACKAGES,
    ExitCode,
    UsageError,
    describe_parser_error,
    print_error,
)
from fitslint.cli.fix import command as fix
from fitslint.cli.hsc import apply, joint, tract, tree
from fitslint.cli.hsc import demo as hsc_demo
from fitslint.cli.kappa import fetch, maps, qc, rescale
from fitslint.cli.kappa import run as pipeline
from fitslint.cli.norh import (
    antennas,
    emission,
    flux,
    images,
    lists,
    ratios,
    raw,
    series,
    sun,
    synthesis,
    transfers,
)
from fitslint.cli.norh import demo as norh_demo
from fitslint.cli.options import Options
from fitslint.cli.xray import contbin, crop, regions, simulate, steps
from fitslint.cli.xray import run as xray_run
from fitslint.text import say

_COMPLETION_VARIABLE = "_FITSLINT_COMPLETE"
"""The variable by which a shell asks what may come next."""

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Check FITS headers: which column of which card of which HDU, why, and what to write.",
)
config_app = typer.Typer(rich_markup_mode=None, help="Show the settings and their schema.")
dict_app = typer.Typer(
    rich_markup_mode=None,
    help="Keyword dictionaries: look into them, judge them, make and convert them. "
    "A dictionary is named by its id (subaru/focas) or by a TOML file.",
)
kappa_app = typer.Typer(
    rich_markup_mode=None,
    help="Lenstool cluster models in, conformant maps of convergence, shear and deflection out.",
)
app.add_typer(config_app, name="config")
app.add_typer(dict_app, name="dict")
xray_app = typer.Typer(
    rich_markup_mode=None,
    help="X-ray images of clusters: events in, flux maps, contour bins and their regions out.",
)
app.add_typer(kappa_app, name="kappa")
hsc_app = typer.Typer(
    rich_markup_mode=None,
    help="Hyper Suprime-Cam: tracts, and positions and flux scales of many visits at once.",
)
norh_app = typer.Typer(
    rich_markup_mode=None,
    help="Nobeyama Radioheliograph: databases, series, images and emission, without IDL.",
)
app.add_typer(xray_app, name="xray")
app.add_typer(hsc_app, name="hsc")
app.add_typer(norh_app, name="norh")
image_app = typer.Typer(rich_markup_mode=None, help="Images: what they are of, stacks and maps.")
norh_app.add_typer(image_app, name="image")

audit_app = typer.Typer(
    rich_markup_mode=None,
    help="Archives of millions of files: check them, resumably, and ask what was found.",
)
app.add_typer(audit_app, name="audit")

add_command(app, "check", check.CheckOptions, check.run_check)
add_command(app, "show", headers.ShowOptions, headers.show_headers)
add_command(app, "rules", rules.RulesOptions, rules.print_rules)
add_command(app, "rule", rules.RuleOptions, rules.print_rule)
add_command(app, "abbrev", abbrev.AbbrevOptions, abbrev.propose_keywords)
add_command(app, "fix", fix.FixCommandOptions, fix.run_fix)
add_command(app, "set", edit.SetOptions, edit.set_keywords)
add_command(app, "rename", edit.RenameOptions, edit.rename_keyword)
add_command(app, "delete", edit.DeleteOptions, edit.delete_keyword)
add_command(app, "move", edit.MoveOptions, edit.move_keyword)
add_command(app, "wcs", wcs.WcsOptions, wcs.show_wcs)
add_command(app, "conform", conform.ConformOptions, conform.run_conform)
add_command(app, "demo", demo.DemoOptions, demo.run_demo)

add_command(config_app, "show", settings.ShowSettingsOptions, settings.show_settings)
add_command(config_app, "schema", Options, settings.print_schema)

add_command(dict_app, "list", show.ListOptions, show.print_dictionaries)
add_command(dict_app, "show", show.KeywordOptions, show.print_keyword)
add_command(dict_app, "search", show.SearchOptions, show.print_matches)
add_command(dict_app, "lint", lint.LintOptions, lint.print_lint)
add_command(dict_app, "diff", lint.DiffOptions, lint.print_diff)
add_command(dict_app, "new", create.NewOptions, create.print_skeleton)
add_command(dict_app, "infer", create.InferOptions, create.print_draft)
add_command(dict_app, "import", create.ImportOptions, create.print_import)
add_command(dict_app, "export", create.ExportOptions, create.print_export)

add_command(kappa_app, "maps", maps.MapsOptions, maps.run_maps)
add_command(kappa_app, "rescale", rescale.RescaleOptions, rescale.run_rescale)
add_command(kappa_app, "fetch", fetch.FetchOptions, fetch.run_fetch)
add_command(kappa_app, "qc", qc.QcOptions, qc.run_qc)
add_command(kappa_app, "run", pipeline.PipelineOptions, pipeline.run_pipeline)
add_command(kappa_app, "new", Options, pipeline.print_example_config)

add_command(xray_app, "simulate", simulate.SimulateOptions, simulate.run_simulation)
add_command(xray_app, "new", xray_run.NewRunOptions, xray_run.print_new_config)
add_command(xray_app, "run", xray_run.XrayRunOptions, xray_run.run_steps)
add_command(xray_app, "reprocess", steps.ReprocessOptions, steps.run_reprocessing)
add_command(xray_app, "deflare", steps.DeflareOptions, steps.run_deflaring)
add_command(xray_app, "merge", steps.MergeOptions, steps.run_merge)
add_command(xray_app, "flux", steps.ScaleFluxOptions, steps.run_flux_scaling)
add_command(xray_app, "crop", crop.CropOptions, crop.crop)
add_command(xray_app, "contbin", contbin.ContbinOptions, contbin.run_contbin)
add_command(xray_app, "regions", regions.RegionsOptions, regions.write_regions)
add_command(xray_app, "coordinates", regions.CoordinatesOptions, regions.convert_regions)

add_command(hsc_app, "tract", tract.TractOptions, tract.build_discrete_map)
add_command(hsc_app, "makeDiscreteSkyMap", tract.TractOptions, tract.build_discrete_map)
add_command(hsc_app, "skymap", tract.SkymapOptions, tract.print_rings)
add_command(hsc_app, "makeSkyMap", tract.SkymapOptions, tract.print_rings)
add_command(hsc_app, "mosaic", joint.JointOptions, joint.run_mosaic)
add_command(hsc_app, "jointcal", joint.JointOptions, joint.run_jointcal)
add_command(hsc_app, "calibrate-exposure", apply.ApplyOptions, apply.calibrate_exposures)
add_command(hsc_app, "calibrateExposure", apply.ApplyOptions, apply.calibrate_exposures)
add_command(hsc_app, "calibrate-catalog", apply.CatalogueOptions, apply.calibrate_catalogues)
add_command(hsc_app, "calibrateCatalog", apply.CatalogueOptions, apply.calibrate_catalogues)
add_command(hsc_app, "check", tree.TreeOptions, tree.check_tree)
add_command(hsc_app, "demo", hsc_demo.HscDemoOptions, hsc_demo.run_hsc_demo)
add_command(hsc_app, "simulate", joint.VisitSimulationOptions, joint.write_simulated_visits)

add_command(norh_app, "files", lists.FilesOptions, lists.explain_names)
add_command(norh_app, "trans", transfers.TransferOptions, transfers.print_transfers)
add_command(norh_app, "info", lists.ScheduleOptions, lists.print_schedules)
add_command(norh_app, "events", lists.EventOptions, lists.print_events)
add_command(norh_app, "log", lists.DatabaseOptions, lists.print_log)
add_command(norh_app, "track", lists.TrackOptions, lists.print_track)
add_command(norh_app, "tcx", series.SeriesOptions, series.run_tcx)
add_command(norh_app, "tsx", series.SeriesOptions, series.run_tsx)
add_command(norh_app, "gysy", emission.GyroOptions, emission.compute_gyro_emission)
add_command(norh_app, "frfr", emission.ThermalOptions, emission.compute_thermal_emission)
add_command(norh_app, "invert", emission.InvertOptions, emission.invert_fluxes)
add_command(norh_app, "ant", antennas.AntennaOptions, antennas.print_antennas)
add_command(norh_app, "raw", raw.RawOptions, raw.print_raw)
add_command(norh_app, "sz", antennas.SzOptions, antennas.write_sz)
add_command(norh_app, "simulate", synthesis.SimulateRawOptions, synthesis.simulate_raw)
add_command(norh_app, "synth", synthesis.SynthOptions, synthesis.synthesize_raw)
add_command(image_app, "info", images.ImageInfoOptions, images.print_info)
add_command(image_app, "stack", images.StackOptions, images.stack_images)
add_command(image_app, "map", images.MapOptions, images.add_coordinates)
add_command(norh_app, "beam", images.BeamOptions, images.print_beam)
add_command(norh_app, "grid", images.GridOptions, images.print_grid)
add_command(norh_app, "flux", flux.FluxOptions, flux.print_flux)
add_command(norh_app, "polariz", ratios.PolarizOptions, ratios.print_polarization)
add_command(norh_app, "match", ratios.MatchOptions, ratios.match_beams)
add_command(norh_app, "alpha", ratios.AlphaOptions, ratios.print_index)
add_command(norh_app, "curve", ratios.CurveOptions, ratios.print_curve)
add_command(norh_app, "classify", ratios.ClassifyOptions, ratios.print_classes)
add_command(norh_app, "demo", norh_demo.NorhDemoOptions, norh_demo.run_norh_demo)
add_command(norh_app, "sun", sun.SunOptions, sun.print_sun)

add_command(audit_app, "run", audit.AuditRunOptions, audit.run_archive)
add_command(audit_app, "across", ask.AcrossOptions, ask.run_across)
add_command(audit_app, "summary", ask.SummaryOptions, ask.print_summary)
add_command(audit_app, "query", ask.QueryOptions, ask.print_answer)
add_command(audit_app, "diff", ask.AuditDiffOptions, ask.print_changes)
add_command(audit_app, "fix", audit_fix.AuditFixOptions, audit_fix.run_audit_fix)
add_command(audit_app, "report", look.PageOptions, look.write_page)
add_command(audit_app, "watch", audit_watch.WatchOptions, audit_watch.run_watch)


def _print_version(is_requested: bool) -> None:
    if is_requested:
        from fitslint._version import __version__

        sys.stdout.write(f"fitslint {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
    lang: Annotated[str, typer.Option(metavar="LANG", help=Options.declared["lang"].help)] = "",
) -> None:
    """Check FITS headers: which column of which card of which HDU, why, and what to write."""


def run(arguments: list[str]) -> ExitCode:
    """Run a command line; the exit code.

    Raises
    ------
    UsageError
        when the arguments make no sense, or a dictionary or package that they need is not there.
    """
    action = _parse_arguments(_complete_audit(arguments))
    try:
        code = action() if callable(action) else action
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in (*PIPELINE_PACKAGES, *AUDIT_PACKAGES):
            raise
        sentence = say(
            "this needs the package {name}; pip install 'fitslint[{extra}]'",
            name=error.name,
            extra="audit" if package in AUDIT_PACKAGES else "pipeline",
        )
        raise UsageError(sentence) from None
    except Exception as error:
        from fitslint.dictionary.files.load import DictionaryError
        from fitslint.products.errors import ProductError

        if isinstance(error, DictionaryError):
            raise UsageError(str(error)) from None
        if not isinstance(error, ProductError):
            raise
        print_error(str(error))
        return ExitCode.NOT_CHECKED
    return code if isinstance(code, ExitCode) else ExitCode.OK


def _complete_audit(arguments: list[str]) -> list[str]:
    """``audit ROOT...`` is short for ``audit run ROOT...``."""
    known = {command.name for command in audit_app.registered_commands}
    if arguments[:1] != ["audit"] or len(arguments) == 1:
        return arguments
    if {"-h", "--help"} & {arguments[1]} or known & {arguments[1]}:
        return arguments
    return ["audit", "run", *arguments[1:]]


def _parse_arguments(arguments: list[str]) -> object:
    """What a command will do, or how it ended where the parser has answered itself."""
    command = typer.main.get_command(app)
    tidy_help(command)
    try:
        return command.main(arguments, prog_name="fitslint", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as error:
        if os.environ.get(_COMPLETION_VARIABLE) or error.code in (0, None):
            return ExitCode.USAGE if error.code else ExitCode.OK  # what a shell asked for is told
        # The only one left to the parser in this mode: nobody reads its help any more.
        raise BrokenPipeError from None
    except Exception as error:
        # The parser's errors have no common public base across Typer's versions, only this method.
        if not hasattr(error, "format_message"):
            raise
        raise UsageError(describe_parser_error(error, arguments)) from None
