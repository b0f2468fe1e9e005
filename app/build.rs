//! Writes down which files the apps in `apps/` have, and the pages of the manual in `assets/manual/`,
//! so that the program carries them, and how it is linked.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    link_small()?;
    carry_apps()?;
    carry_manual()
}

/// Has addresses that the loader corrects at the start written as a bit each instead of 24 bytes:
/// 4 MB less of file and memory. The C library of the system must know how to read that.
fn link_small() -> Result<(), Box<dyn Error>> {
    let target = env::var("TARGET")?;
    let built_where_used = env::var("HOST")? == target;
    if target.ends_with("-linux-gnu") && built_where_used && loader_reads_packed_addresses() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    Ok(())
}

/// Whether the C library here is glibc 2.36 or newer.
fn loader_reads_packed_addresses() -> bool {
    let Ok(output) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().last().and_then(|version| version.split_once('.'));
    let number = |part: &str| part.parse::<u32>().ok();
    version
        .and_then(|(major, minor)| Some((number(major)?, number(minor)?)))
        .is_some_and(|version| version >= (2, 36))
}

fn carry_apps() -> Result<(), Box<dyn Error>> {
    let apps = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../apps").canonicalize()?;
    println!("cargo::rerun-if-changed={}", apps.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&apps)? {
        let path = entry?.path();
        // What lies beside the apps is about them: the tutorial, the reference.
        if path.join("app.toml").is_file() {
            collect(&path, &mut files)?;
        }
    }
    files.sort();
    let mut table = String::from("&[\n");
    for path in files {
        let name = path.strip_prefix(&apps)?.to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({name:?}, include_bytes!({path:?})),")?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("shipped_apps.rs"), table)?;
    Ok(())
}

fn carry_manual() -> Result<(), Box<dyn Error>> {
    let manual =
        Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../assets/manual").canonicalize()?;
    println!("cargo::rerun-if-changed={}", manual.display());
    let mut pages = Vec::new();
    for entry in fs::read_dir(&manual)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    let mut table = String::from("&[\n");
    for path in pages {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        writeln!(table, "    ({name:?}, include_str!({path:?})),")?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("manual.rs"), table)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden || path.to_string_lossy().ends_with('~') {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
