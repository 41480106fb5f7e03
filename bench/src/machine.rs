//! On what the figures were taken: processor, memory, disk, versions. Names no machine and no path.

use std::fs;
use std::io::Write as _;
use std::process::Command;
use std::time::Instant;

use crate::Line;

/// A few lines for the page.
pub fn description(line: &Line) -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZeroUsize::get);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|kib| kib.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| "unknown".to_owned(), |kib| format!("{:.0} GiB", kib / 1_048_576.0));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let build = if cfg!(debug_assertions) { "**a debug build: worth nothing**" } else { "release build" };
    format!(
        "{cores} cores ({processor}), {memory} of memory, Linux {}, a write with fsync {}, {}, {build}.",
        kernel.trim(),
        fsync(line).map_or_else(|| "unknown".to_owned(), |ms| format!("{ms:.2} ms")),
        postgres(line),
    )
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn postgres(line: &Line) -> String {
    let said = Command::new(&line.pgbench).arg("--version").output();
    said.map_or_else(|_| "no pgbench".to_owned(), |said| String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// Milliseconds of appending 4 KiB durably, where the databases lie: the median of many.
fn fsync(line: &Line) -> Option<f64> {
    let mut file = tempfile::tempfile_in(&line.place).ok()?;
    let mut took = Vec::new();
    for _ in 0..101 {
        let began = Instant::now();
        file.write_all(&[7; 4096]).ok()?;
        file.sync_data().ok()?;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    Some(crate::load::median(took))
}
