//! A man page for every command.

use std::io;
use std::path::PathBuf;

use clap::Command;
use clap_mangen::Man;

use super::Files;

pub(super) fn generate() -> io::Result<Files> {
    let mut command = cachectl::command();
    command.build();
    let mut files = Files::new();
    add(&mut files, &command, "")?;
    Ok(files)
}

fn add(files: &mut Files, command: &Command, parent: &str) -> io::Result<()> {
    let separator = if parent.is_empty() { "" } else { "-" };
    let name = format!("{parent}{separator}{}", command.get_name());
    let mut page = Vec::new();
    // The title names the whole path, as the file does.
    let source = format!("cachectl {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone().name(name.clone())).source(source).render(&mut page)?;
    files.insert(PathBuf::from(format!("{name}.1")), page);
    for subcommand in command.get_subcommands().filter(|it| !hidden(it)) {
        add(files, subcommand, &name)?;
    }
    Ok(())
}

/// Returns whether a command is not to be described: hidden, or clap's own `help`.
pub(super) fn hidden(command: &Command) -> bool {
    command.is_hide_set() || command.get_name() == "help"
}
