#[path="../tests/kit/mod.rs"] mod kit;
fn main(){ let (d,_)=direct::spice(&kit::ladder(10000,4.0)).unwrap(); std::fs::write("/tmp/l.cir",d).unwrap(); }
