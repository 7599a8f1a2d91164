//! What verbs that write say of it: each file, or why there is none.

use std::path::Path;

use cli::disk::Disk;
use cli::{Checked, write};
use outputs::summary;
use outputs::{Artifact, terminal};

use crate::{FOUND, FailLevel, look, print, status};

/// Writes every output.
pub fn build(disk: &Disk, checked: &Checked, out: Option<&Path>) -> Result<u8, String> {
    let code = status(checked, FailLevel::Error);
    let out = out.map_or_else(|| disk.root().join("dist"), Path::to_owned);
    let shown = short(&out);
    let mut text = terminal::render(&checked.sources, &checked.findings, look());
    if code == FOUND {
        text.push_str(&format!("nothing written: `{shown}` stays as it is until there is no error\n"));
    } else {
        let view = checked.view();
        let mut files: Vec<Artifact> = Vec::new();
        for output in outputs::ALL {
            match output.files(view) {
                Some(made) => {
                    text.push_str(&listed(&shown, &made));
                    files.extend(made);
                }
                None => text.push_str(&format!("{shown}/{} left out: something is not verified\n", output.name)),
            }
        }
        write::write(&out, disk.root(), &files).map_err(|refusal| refusal.to_string())?;
    }
    text.push_str(&summary::line(checked.view()));
    text.push('\n');
    print(&text)?;
    Ok(code)
}

/// Each file; of a folder of many only the first and how many more.
pub fn listed(out: &str, files: &[Artifact]) -> String {
    const MOST: usize = 20;
    let mut text = String::new();
    if files.len() > MOST {
        let first = files.iter().find(|file| file.path.ends_with("index.html")).unwrap_or(&files[0]);
        let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        return format!("wrote {out}/{} and {} more files, {} kB\n", first.path, files.len() - 1, bytes.div_ceil(1000));
    }
    for file in files {
        text.push_str(&format!("wrote {out}/{}\n", file.path));
    }
    text
}

/// A path as it is said: from the folder that we stand in, if it is below.
pub fn short(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).display().to_string()
}
