//! Gets Z3 and says where it is.
//!
//! In: the environment, the user's cache folder, pip. Out: where to find the library when linking
//! (`rustc-link-search`) and when running (`dir`, which polity's own `build.rs` reads), or one
//! message that says what to do.
//!
//! The library comes from a pinned wheel: the bindings are made for this version and crash with
//! those of most distributions. pip gets it from where pip is configured to, and checks its hash.
//!
//! # Invariants
//! - A folder of the cache is complete or absent: it is filled elsewhere and then renamed.
//!
//! It does not know Rust code that uses Z3, nor Windows.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::time::{Duration, SystemTime};

/// The version of Z3 that `z3-sys` is made for, also in `.cargo/config.toml`.
const VERSION: &str = "5.3.3";

/// What pip calls it.
const PACKAGE: &str = "z3-solver==5.3.3.0";

/// Names the folder of a library to use instead of the pinned one.
const FOLDER_VARIABLE: &str = "POLITY_Z3_LIB_DIR";

/// The pinned wheel of a platform.
struct Wheel {
    /// The platform, as Rust names it.
    target: &'static str,
    /// The platform, as pip names it.
    tag: &'static str,
    sha256: &'static str,
    /// The files of `z3/lib` in the wheel that linking and running need.
    files: &'static [&'static str],
}

const WHEELS: [Wheel; 4] = [
    Wheel {
        target: "x86_64-unknown-linux-gnu",
        tag: "manylinux_2_27_x86_64",
        sha256: "0431023a82278dab706c02a320f63178ee0755fb8f10a5c980f0bfe3c84f6f96",
        files: &["libz3.so", "libz3.so.5.3"],
    },
    Wheel {
        target: "aarch64-unknown-linux-gnu",
        tag: "manylinux_2_38_aarch64",
        sha256: "701619d4995695819e150e9fa10218b67a5a2241868f31dddccfe2d3fe15f986",
        files: &["libz3.so", "libz3.so.5.3"],
    },
    Wheel {
        target: "x86_64-apple-darwin",
        tag: "macosx_13_0_x86_64",
        sha256: "d7d337366240fd6b02ca1a68d545350c43834999b7683b24958ff4a7a9b8b112",
        files: &["libz3.dylib"],
    },
    Wheel {
        target: "aarch64-apple-darwin",
        tag: "macosx_13_0_arm64",
        sha256: "814ddeb607535c211e11e1af60c9c69fe8f957b304003a562d9bfc3ceefa295c",
        files: &["libz3.dylib"],
    },
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for variable in [FOLDER_VARIABLE, "XDG_CACHE_HOME", "HOME"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    if env::var_os("CARGO_FEATURE_VENDORED").is_some() {
        return; // z3-sys builds a static library and links it.
    }
    match library_folder() {
        Ok(folder) => {
            println!("cargo::rustc-link-search=native={}", folder.display());
            println!("cargo::metadata=dir={}", folder.display());
            // For the tests of this package.
            println!("cargo::rustc-link-arg=-Wl,-rpath,{}", folder.display());
        }
        Err(reason) => {
            eprintln!("{}", advice(&reason));
            exit(1);
        }
    }
}

/// What to do where Z3 cannot be had.
fn advice(reason: &str) -> String {
    format!(
        "\npolity needs the library of Z3 {VERSION}, and could not get it:\n{reason}\n\n\
         Do one of these:\n\
         - let pip get it: install python3 and pip (on Debian: apt-get install python3-pip), and\n  \
         be online for the first build;\n\
         - have a Z3 of version 5.3 or newer, and set {FOLDER_VARIABLE} to the folder of its\n  \
         libz3.so;\n\
         - build Z3 from source: add `--features vendored` (needs cmake, python3 and a C++20\n  \
         compiler such as GCC 13, and takes long, once);\n\
         - go without a solver: add `--no-default-features`, and polity searches but does not\n  \
         prove.\n"
    )
}

/// The folder of the library: the user's own, a cached one, or a new one.
fn library_folder() -> Result<PathBuf, String> {
    if let Some(folder) = env::var_os(FOLDER_VARIABLE) {
        return own_folder(Path::new(&folder));
    }
    let target = variable("TARGET");
    let known = WHEELS.iter().find(|wheel| wheel.target == target);
    let wheel = known.ok_or_else(|| format!("there is no ready library of it for {target}"))?;
    let caches = caches();
    let cached = caches.iter().map(|cache| wheel.folder(cache)).find(|at| wheel.is_complete(at));
    let folder = cached.map_or_else(|| install(wheel, &caches), Ok)?;
    for file in wheel.files {
        println!("cargo::rerun-if-changed={}", folder.join(file).display());
    }
    Ok(folder)
}

/// The folder that the user named, if a library is in it.
fn own_folder(named: &Path) -> Result<PathBuf, String> {
    let shown = named.display();
    let folder = fs::canonicalize(named)
        .map_err(|error| format!("{FOLDER_VARIABLE} is `{shown}`: {error}"))?;
    let names = ["libz3.so", "libz3.dylib"];
    if names.iter().any(|name| folder.join(name).exists()) {
        return Ok(folder);
    }
    Err(format!("{FOLDER_VARIABLE} is `{shown}`, and that folder has no {}", names.join(" or ")))
}

/// Where the library may be kept: in the user's cache, or, where that cannot be written, with the
/// build.
fn caches() -> Vec<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").map(|home| home.join(".cache"));
    let user = absolute("XDG_CACHE_HOME").or_else(home).map(|cache| cache.join("polity"));
    user.into_iter().chain([PathBuf::from(variable("OUT_DIR"))]).collect()
}

impl Wheel {
    /// The folder of the library in a cache.
    fn folder(&self, cache: &Path) -> PathBuf {
        cache.join(format!("z3-{VERSION}-{}", self.tag))
    }

    fn is_complete(&self, folder: &Path) -> bool {
        self.files.iter().all(|file| folder.join(file).is_file())
    }
}

/// Gets the wheel and puts its library into the first cache that can be written.
fn install(wheel: &Wheel, caches: &[PathBuf]) -> Result<PathBuf, String> {
    let name = format!("new-{}", std::process::id());
    let writable = caches.iter().find(|cache| fs::create_dir_all(cache.join(&name)).is_ok());
    let cache = writable.ok_or("no folder can be written to keep it in")?;
    let scratch = cache.join(name);
    let folder = wheel.folder(cache);
    let done = unpack(wheel, &scratch).and_then(|library| place(wheel, &library, &folder));
    // What is left of a scratch folder harms nobody.
    let _ = fs::remove_dir_all(&scratch);
    done.map(|()| folder)
}

/// Gets the wheel and unpacks it: the folder of its library, below `scratch`.
fn unpack(wheel: &Wheel, scratch: &Path) -> Result<PathBuf, String> {
    let pinned = scratch.join("requirements.txt");
    fs::write(&pinned, format!("{PACKAGE} --hash=sha256:{}\n", wheel.sha256))
        .map_err(|error| format!("{}: {error}", pinned.display()))?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(["--no-deps", "--only-binary", ":all:", "--require-hashes"])
        .arg("--dest")
        .arg(scratch)
        .arg("--requirement")
        .arg(&pinned);
    if variable("HOST") != wheel.target {
        // Else pip itself knows best what this machine can load.
        pip.args(["--platform", wheel.tag]);
    }
    run(&mut pip)?;
    let is_wheel = |path: &PathBuf| path.extension() == Some(OsStr::new("whl"));
    let mut files = fs::read_dir(scratch).map_err(|error| error.to_string())?;
    let file = files.find_map(|entry| entry.ok().map(|entry| entry.path()).filter(is_wheel));
    let file = file.ok_or("pip ended well, and there is no wheel")?;
    run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(file).arg(scratch))?;
    Ok(scratch.join("z3/lib"))
}

/// Moves the unpacked library to where it is kept, all at once.
fn place(wheel: &Wheel, library: &Path, folder: &Path) -> Result<(), String> {
    for file in wheel.files {
        make_old(&library.join(file)).map_err(|error| format!("`{file}` of the wheel: {error}"))?;
    }
    match fs::rename(library, folder) {
        // Another build was faster.
        Err(_) if wheel.is_complete(folder) => Ok(()),
        Err(error) => Err(format!("{}: {error}", folder.display())),
        Ok(()) => Ok(()),
    }
}

/// Dates a file back: cargo, which watches it, would take a new one for a change since this build.
fn make_old(file: &Path) -> std::io::Result<()> {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(24 * 60 * 60);
    File::options().append(true).open(file)?.set_modified(long_ago)
}

/// Runs a command to its end; what it complained of, if it failed.
fn run(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}").replace('"', "");
    let output = command.output().map_err(|error| format!("`{shown}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
    Err(format!("`{shown}` failed:\n{said}"))
}

/// A variable that cargo always sets.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}
