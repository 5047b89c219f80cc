//! A source file over 600 lines tells more than one thing. Tests don't count: neither files of tests nor the test module
//! at a file's end.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::relative;

const MOST_LINES: usize = 600;

/// Every source file that is too long, with its length.
pub fn too_long(root: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| is_source(file)) {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let lines = lines_before_tests(&text);
        if lines > MOST_LINES {
            let name = relative(root, file);
            findings.push(format!("{name} has {lines} lines without its tests: more than {MOST_LINES}"));
        }
    }
    Ok(findings)
}

fn is_source(file: &Path) -> bool {
    let in_tests = file.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "benches");
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.ends_with(".rs") && !in_tests && name != "tests.rs"
}

fn lines_before_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines
        .windows(2)
        .position(|pair| matches!(pair, [first, second] if *first == "#[cfg(test)]" && second.starts_with("mod ")));
    tests.unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, code_lines: usize, test_lines: usize, expect: usize) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let tests = if test_lines > 0 { "#[cfg(test)]\nmod tests {\n" } else { "" };
        std::fs::write(&file, "// code\n".repeat(code_lines) + tests + &"// test\n".repeat(test_lines)).unwrap();
        assert_eq!(too_long(dir.path(), &[file]).unwrap().len(), expect, "{name} {code_lines}");
    }

    #[test]
    fn long_code_is_found_and_long_tests_are_not() {
        check("src/case.rs", 600, 0, 0);
        check("src/case.rs", 601, 0, 1);
        check("src/case.rs", 400, 500, 0);
        check("src/case.rs", 601, 5, 1);
        check("tests/story.rs", 900, 0, 0);
        check("src/case/tests.rs", 900, 0, 0);
        check("docs/words.md", 900, 0, 0);
    }
}
