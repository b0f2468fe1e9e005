//! Where the program starts.

fn main() {
    satchel::environment::prepare();
}
