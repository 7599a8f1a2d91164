#[path = "../tests/kit/mod.rs"]
mod kit;
include!("/tmp/mixed.rs");
use direct::*;
fn main() {
    let seed: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let c = mixed(&mut kit::Dice::new(seed));
    println!("{:?}", solve(&c, &Options::default()));
    let (d, _) = spice(&c).unwrap();
    std::fs::write("/tmp/d.cir", d).unwrap();
}
