//! The reference of the command line.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use clap::{Arg, Command};

use super::Files;
use super::man::hidden;

const INTRODUCTION: &str = "\
<!-- Written by `cargo xtask generate`; changes belong into the code. -->

# Command line

Every command with its arguments. The same text is shown by `--help` and in the man pages.
";

pub(super) fn generate() -> io::Result<Files> {
    let mut command = cachectl::command();
    command.build();
    let mut text = INTRODUCTION.to_owned();
    describe(&mut text, &command, true).map_err(io::Error::other)?;
    Ok(Files::from([(PathBuf::new(), text.into_bytes())]))
}

fn describe(text: &mut String, command: &Command, is_root: bool) -> std::fmt::Result {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    writeln!(text, "\n## `{name}`\n")?;
    if let Some(about) = command.get_long_about().or(command.get_about()) {
        writeln!(text, "{}\n", about.to_string().trim_end())?;
    }
    let aliases: Vec<String> = command.get_visible_aliases().map(|it| format!("`{it}`")).collect();
    if !aliases.is_empty() {
        writeln!(text, "Also called {}.\n", aliases.join(", "))?;
    }
    let usage = command.clone().render_usage().to_string();
    writeln!(text, "```text\n{}\n```", usage.trim_start_matches("Usage:").trim())?;
    arguments(text, command, is_root)?;
    let subcommands: Vec<&Command> = command.get_subcommands().filter(|it| !hidden(it)).collect();
    for subcommand in &subcommands {
        describe(text, subcommand, false)?;
    }
    Ok(())
}

fn arguments(text: &mut String, command: &Command, is_root: bool) -> std::fmt::Result {
    // What every command takes is described once, at the top.
    let known =
        |arg: &Arg| arg.is_global_set() || matches!(arg.get_id().as_str(), "help" | "version");
    let described = |arg: &&Arg| !arg.is_hide_set() && (is_root || !known(arg));
    let arguments: Vec<&Arg> = command.get_arguments().filter(described).collect();
    if !arguments.is_empty() {
        writeln!(text)?;
    }
    for argument in arguments {
        let help = argument.get_long_help().or(argument.get_help());
        let help = help.map(ToString::to_string).unwrap_or_default();
        let (first, more) = help.trim_end().split_once("\n\n").unwrap_or((help.trim_end(), ""));
        let first = indented(first);
        writeln!(text, "- `{}`: {first}{}", invocation(argument), values(argument))?;
        if !more.is_empty() {
            writeln!(text, "\n  {}", indented(more))?;
        }
    }
    Ok(())
}

/// Makes the lines after the first a part of the same item of a list.
fn indented(help: &str) -> String {
    help.replace('\n', "\n  ").replace("\n  \n", "\n\n")
}

/// Returns how an argument is written: `-y, --yes`, `--url <URL>`, `<NAME>...`.
fn invocation(argument: &Arg) -> String {
    let name = argument.to_string();
    match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(_)) => format!("-{short}, {name}"),
        _ => name,
    }
}

fn values(argument: &Arg) -> String {
    let mut notes = Vec::new();
    if argument.get_action().takes_values() {
        let possible = argument.get_possible_values();
        let names = possible.iter().filter(|it| !it.is_hide_set());
        let names: Vec<String> = names.map(|it| format!("`{}`", it.get_name())).collect();
        if !names.is_empty() {
            notes.push(format!("one of {}", names.join(", ")));
        }
        let defaults = argument.get_default_values().iter();
        let defaults: Vec<String> = defaults.map(|it| format!("`{}`", it.display())).collect();
        if !defaults.is_empty() && !argument.is_hide_default_value_set() {
            notes.push(format!("default {}", defaults.join(", ")));
        }
    }
    if let Some(variable) = argument.get_env() {
        notes.push(format!("environment variable `{}`", variable.display()));
    }
    if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) }
}
