//! Completions for the shells.

use std::io;
use std::path::PathBuf;

use clap::ValueEnum as _;
use clap_complete::{Generator as _, Shell};

use super::Files;

const BINARY: &str = "cachectl";

pub(super) fn generate() -> io::Result<Files> {
    let mut command = cachectl::command();
    command.set_bin_name(BINARY);
    command.build();
    let mut files = Files::new();
    for shell in Shell::value_variants() {
        let mut script = Vec::new();
        shell.try_generate(&command, &mut script)?;
        files.insert(PathBuf::from(shell.file_name(BINARY)), script);
    }
    Ok(files)
}
