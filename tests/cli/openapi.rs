//! `atiende openapi`: prints the contract.

use crate::database::Engine;
use crate::tool::Tool;

#[test]
fn what_is_printed_is_what_is_committed() {
    let committed = include_str!("../../openapi.yaml");
    let printed = Tool::on(Engine::Lite).run(&["openapi"]).well();
    assert!(printed == committed, "openapi.yaml is not current: cargo run -- openapi > openapi.yaml");
}
