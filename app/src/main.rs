//! Where the program starts.

use std::process::ExitCode;

fn main() -> ExitCode {
    satchel::environment::prepare();
    satchel::command_line::run()
}
